import { afterAll, afterEach, expect, inject, test } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { openDatabase } from "../../lib/db/client";
import { signIn } from "../support/sign-in";
import { startSecond } from "../support/start-second";
import { TEST_OWNER } from "../support/test-owner";
import { BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 1 });
afterAll(() => db.$disconnect());

let second: Awaited<ReturnType<typeof startSecond>> | undefined;
afterEach(async () => {
  await second?.stop();
  second = undefined;
});

/** The facts of "What the app sees of you" on the settings page, as they are rendered. */
async function readFacts(server: string, headers: Record<string, string>): Promise<Record<string, string>> {
  const { cookie } = await signIn(server, TEST_OWNER);
  const html = await (await fetch(`${server}/dashboard/settings`, { headers: { ...headers, cookie, accept: "text/html" } })).text();
  const text = (part: string) => part.replace(/<!--.*?-->|<[^>]+>/g, "");
  const pairs = html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g);
  return Object.fromEntries([...pairs].map(([, term = "", fact = ""]) => [text(term), text(fact)]));
}

/** Address and country that the same headers give an event of the site. */
async function storedFor(server: string, headers: Record<string, string>): Promise<{ address: string | null; country: string | null }> {
  const visitor = makeVisitorId();
  const browser = { "user-agent": BROWSERS[0] ?? "", accept: "text/html", cookie: `ff_visitor=${visitor}` };
  await fetch(`${server}/login`, { headers: { ...headers, ...browser } });
  const find = () => db.$queryRaw<{ address: string | null; country: string | null }[]>`
    SELECT address, country FROM event JOIN visitor ON visitor.id = visitor_id WHERE key = ${visitor}`;
  await expect.poll(find, { timeout: 10_000 }).toHaveLength(1);
  return (await find())[0] as { address: string | null; country: string | null; unnamed: string };
}

const GOOGLE = "8.8.8.8";
const FORGED = "203.0.113.66";

type Case = { trusted: string; headers: Record<string, string>; address: string; because: string; country: string | null; unnamed: string };
const ITSELF = "the connection itself: it comes from no trusted proxy, or that named no other";
const CASES: Case[] = [
  {
    trusted: "127.0.0.0/8, ::1, 10.0.0.0/8",
    headers: { "x-forwarded-for": `${FORGED}, ${GOOGLE}, 10.1.2.3` },
    address: GOOGLE,
    because: "X-Forwarded-For, 2 from its end, behind trusted proxies only",
    country: "US",
    unnamed: ITSELF,
  },
  {
    trusted: "2",
    headers: { "x-forwarded-for": `${FORGED}, ${GOOGLE}, 198.51.100.1` },
    address: GOOGLE,
    because: "X-Forwarded-For, 2 from its end, as there are 2 proxies",
    country: "US",
    unnamed: "the connection itself: X-Forwarded-For has fewer than 2 entries, so the request came past the proxies",
  },
  {
    trusted: "cloudflare, loopback",
    headers: { "x-forwarded-for": FORGED, "cf-connecting-ip": GOOGLE, "cf-ipcountry": "NZ" },
    address: GOOGLE,
    because: "cf-connecting-ip, set by the platform",
    country: "NZ",
    unnamed: ITSELF,
  },
  {
    trusted: "vercel",
    headers: { "x-forwarded-for": FORGED, "x-vercel-forwarded-for": GOOGLE, "x-vercel-ip-country": "AT" },
    address: GOOGLE,
    because: "x-vercel-forwarded-for, set by the platform",
    country: "AT",
    unnamed: ITSELF,
  },
];

test.each(CASES)("behind $trusted the settings page names the address that events are stored with, and why that one", async (given) => {
  second = await startSecond(databaseUrl, { TRUSTED_PROXIES: given.trusted });
  expect(await readFacts(second.url, given.headers)).toMatchObject({
    "Connected from": "127.0.0.1",
    "Your address": given.address,
    "Taken because": given.because,
    Country: given.country,
    "Trusted proxies": given.trusted,
  });
  expect(await storedFor(second.url, given.headers)).toEqual({ address: given.address, country: given.country });
  // Where no proxy names anybody, the page does not claim that one did.
  expect(await readFacts(second.url, {})).toMatchObject({ "Your address": "127.0.0.1", "Taken because": given.unnamed });
});

test("without trusted proxies nothing that a client writes is believed, and the page says so", async () => {
  const headers = { "x-forwarded-for": GOOGLE, "cf-connecting-ip": GOOGLE, "cf-ipcountry": "NZ", "x-vercel-ip-country": "AT" };
  expect(await readFacts(url, headers)).toMatchObject({
    "Connected from": "127.0.0.1",
    "Your address": "127.0.0.1",
    "Taken because": ITSELF,
    Country: "not known",
    "Trusted proxies": "none",
  });
  expect(await storedFor(url, headers)).toEqual({ address: "127.0.0.1", country: null });
});
