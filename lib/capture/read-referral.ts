import { boundValues, OTHER } from "./bounded-values";
import { cleanText } from "./clean-text";
import type { EventReferral } from "./event";
import { CLICK_IDS, KNOWN_SOURCES } from "./referral-sources";

/** Channels, in the order in which they are decided. */
export const CHANNELS = ["campaign", "email", "ai", "search", "social", "internal", "referral", "direct"] as const;
export type Channel = (typeof CHANNELS)[number];

const boundReferrers = boundValues("referrer", 5_000);
const boundHosts = boundValues("referrer-host", 2_000);
const boundCampaigns = boundValues("campaign", 2_000);

/**
 * Where a visit came from: from the `Referer` (kept without its query, which may hold secrets) and from the campaign parameters of
 * the page's own address. `host` is the site's, as the visitor named it.
 */
export function readReferral(seen: { referrer: string | null; search: string; host: string }, now: Date): EventReferral {
  const parameters = new URLSearchParams(seen.search.slice(0, 2_000));
  const utm = (name: string) => {
    const value = cleanText(parameters.get(`utm_${name}`), 100);
    return value === null ? null : boundCampaigns(value, now);
  };
  const campaign = {
    utmSource: utm("source"),
    utmMedium: utm("medium"),
    utmCampaign: utm("campaign"),
    utmTerm: utm("term"),
    utmContent: utm("content"),
  };
  const clickId = Object.keys(CLICK_IDS).find((name) => parameters.has(name)) ?? null;
  const from = parseReferrer(seen.referrer);
  const known = from ? findKnownSource(from.host) : null;
  const internal = from?.host === hostWithoutPort(seen.host);
  const channel = chooseChannel({
    medium: campaign.utmMedium,
    tagged: Object.values(campaign).some(Boolean),
    clickId,
    known: known?.channel,
    internal,
    referred: Boolean(from),
  });
  const host = from && !known ? boundHosts(from.host, now) : null;
  return {
    referrer: from && host !== OTHER ? foldReferrer(from, now) : host,
    source: campaign.utmSource ?? (internal ? null : (known?.name ?? host)),
    channel,
    ...campaign,
    clickId,
  };
}

type Origin = { host: string; address: string };

function parseReferrer(referrer: string | null): Origin | null {
  const text = cleanText(referrer, 500);
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (!/^(https?|android-app):$/.test(url.protocol) || !url.hostname) return null;
  return { host: url.hostname.replace(/^www\./, "").slice(0, 100), address: `${url.protocol}//${url.host}${url.pathname}`.slice(0, 300) };
}

function foldReferrer({ host, address }: Origin, now: Date): string {
  return boundReferrers(address, now) === OTHER ? host : address;
}

const hostWithoutPort = (host: string): string =>
  host
    .replace(/:\d+$/, "")
    .replace(/^www\./, "")
    .toLowerCase();

function findKnownSource(host: string): { channel: "search" | "social" | "ai" | "email"; name: string } | null {
  for (const channel of ["ai", "email", "search", "social"] as const) {
    for (const [pattern, name] of Object.entries(KNOWN_SOURCES[channel])) if (hostMatches(host, pattern)) return { channel, name };
  }
  return null;
}

function hostMatches(host: string, pattern: string): boolean {
  if (!pattern.endsWith(".*")) return host === pattern || host.endsWith(`.${pattern}`);
  const name = pattern.slice(0, -2);
  return new RegExp(`(^|\\.)${name}\\.[a-z]{2,3}(\\.[a-z]{2})?$`).test(host);
}

type Clues = {
  medium: string | null;
  tagged: boolean;
  clickId: string | null;
  known: Channel | undefined;
  internal: boolean;
  referred: boolean;
};

function chooseChannel({ medium, tagged, clickId, known, internal, referred }: Clues): Channel {
  if (medium && /^(e-?mail|newsletter)$/i.test(medium)) return "email";
  if (tagged) return "campaign";
  const click = clickId ? CLICK_IDS[clickId] : undefined;
  if (click === "paid") return "campaign";
  if (click) return click;
  if (internal) return "internal";
  return known ?? (referred ? "referral" : "direct");
}
