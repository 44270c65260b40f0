import type { EventClient, EventReferral } from "../../capture/event";
import { USER_AGENTS } from "../user-agents";

/** Where invented visitors live. */
export const COUNTRIES: readonly (readonly [country: string, weight: number])[] = [
  ["DE", 22],
  ["US", 20],
  ["GB", 11],
  ["FR", 9],
  ["IN", 8],
  ["NL", 6],
  ["BR", 5],
  ["PL", 5],
  ["ES", 4],
  ["CA", 4],
  ["JP", 3],
  ["AU", 3],
];

const LANGUAGES: readonly (readonly [string, number])[] = [
  ["en-US", 5],
  ["de-DE", 3],
  ["fr-FR", 1],
];

/** What invented visitors look with: each browser in a few languages. */
export const CLIENTS: readonly (readonly [EventClient, number])[] = USER_AGENTS.flatMap(({ weight, ...agent }) =>
  LANGUAGES.map(([language, share]) => [{ ...agent, language, screen: null }, weight * share] as const),
);

const from = (channel: string, source: string | null, referrer: string | null, campaign: Partial<EventReferral> = {}): EventReferral => ({
  referrer,
  source,
  channel,
  utmSource: null,
  utmMedium: null,
  utmCampaign: null,
  utmTerm: null,
  utmContent: null,
  clickId: null,
  ...campaign,
});

export const DIRECT = from("direct", null, null);

/** Where first visits come from. */
export const REFERRALS: readonly (readonly [EventReferral, number])[] = [
  [DIRECT, 34],
  [from("search", "Google", "https://google.com/"), 30],
  [from("search", "DuckDuckGo", "https://duckduckgo.com/"), 5],
  [from("search", "Bing", "https://bing.com/"), 4],
  [from("social", "Reddit", "https://reddit.com/"), 8],
  [from("social", "Hacker News", "https://news.ycombinator.com/"), 6],
  [from("ai", "ChatGPT", "https://chatgpt.com/"), 4],
  [from("email", "newsletter", null, { utmSource: "newsletter", utmMedium: "email", utmCampaign: "monthly" }), 5],
  [from("campaign", "example-ads", null, { utmSource: "example-ads", utmMedium: "cpc", utmCampaign: "house-prices" }), 4],
];
