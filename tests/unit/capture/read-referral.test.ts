import { expect, test } from "vitest";
import { readReferral } from "@/lib/capture/read-referral";

const NOW = new Date("2026-06-10T12:00:00Z");
const read = (referrer: string | null, search = "") => readReferral({ referrer, search, host: "shop.example:3000" }, NOW);

const CASES: [string, string | null, string, string, string | null][] = [
  ["nothing", null, "", "direct", null],
  ["a referrer that is none", "not a url", "", "direct", null],
  ["a script's address", "javascript:alert(1)", "", "direct", null],
  ["another page of the site", "http://shop.example:3000/a", "", "internal", null],
  ["the site with www", "https://www.shop.example/a", "", "internal", null],
  ["Google in Britain", "https://www.google.co.uk/", "", "search", "Google"],
  ["Bing", "https://www.bing.com/search?q=secret", "", "search", "Bing"],
  ["DuckDuckGo", "https://duckduckgo.com/", "", "search", "DuckDuckGo"],
  ["a host that only sounds like Google", "https://google.example.evil.com/", "", "referral", "google.example.evil.com"],
  ["ChatGPT", "https://chatgpt.com/c/1", "", "ai", "ChatGPT"],
  ["Gemini, which is not Google's search", "https://gemini.google.com/app", "", "ai", "Gemini"],
  ["Gmail, which is not Google's search", "https://mail.google.com/mail/u/0/", "", "email", "Gmail"],
  ["X", "https://t.co/abc", "", "social", "X"],
  ["Reddit on the phone", "https://m.reddit.com/r/web", "", "social", "Reddit"],
  ["a blog", "https://blog.example.org/post?id=1", "", "referral", "blog.example.org"],
  ["a campaign", "https://blog.example.org/", "?utm_source=spring&utm_medium=banner", "campaign", "spring"],
  ["a newsletter", null, "?utm_source=news&utm_medium=email", "email", "news"],
  ["an advertisement's click", "https://www.google.com/", "?gclid=Cj0KCQ", "campaign", "Google"],
  ["a shared link with Facebook's click id", null, "?fbclid=IwAR1", "social", null],
];

test.each(CASES)("%s", (_, referrer, search, channel, source) => {
  expect(read(referrer, search)).toMatchObject({ channel, source });
});

test("a referrer is kept without its query, and a click id without its value", () => {
  const referral = read("https://blog.example.org/post?token=secret#part", "?gclid=one-person");
  expect(referral.referrer).toBe("https://blog.example.org/post");
  expect(referral.clickId).toBe("gclid");
  expect(JSON.stringify(referral)).not.toMatch(/secret|one-person/);
});

test("thousands of made-up referrers and campaigns fold into a bounded number of values", () => {
  const later = new Date("2026-06-11T12:00:00Z");
  const seen = new Set<string | null>();
  for (let index = 0; index < 20_000; index++) {
    const given = { referrer: `https://host${index}.example/p`, search: `?utm_campaign=c${index}`, host: "shop.example" };
    const { referrer, source, utmCampaign } = readReferral(given, later);
    seen.add(referrer).add(source).add(utmCampaign);
  }
  expect(seen.size).toBeLessThan(10_000);
  expect(seen.has("(other)")).toBe(true);
});
