import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { PageVital } from "../../store/page-vitals";
import { boundValues } from "../bounded-values";
import { cleanText } from "../clean-text";
import type { EventUser, NewEvent } from "../event";
import { readClient } from "../read-client";
import { readReferral } from "../read-referral";
import type { KeptHeaders } from "../remembered";
import { findRoute, NOT_FOUND_ROUTE } from "../site-routes";
import type { CollectedEvent } from "./collect-input";

const MAX_AGE_MS = 30 * 60 * 1000;
const boundPaths = boundValues("path", 5_000);

/** Who sent it, as the server sees it. */
export type Sender = {
  visitor: string;
  user: EventUser | null;
  address: string | null;
  country: string | null;
  host: string;
  headers: KeptHeaders;
};

/** The event that a browser told of. Everything about the visitor comes from the sender, nothing from what was sent. */
export function makeEvent(collected: CollectedEvent, sender: Sender, now: Date): NewEvent {
  const at = placeInTime(collected, now);
  const { pathname, path, search } = splitPath(collected.path);
  const route = findRoute(pathname);
  const { kind } = collected;
  return {
    id: collected.id ?? uuidv7(),
    at,
    kind,
    outcome: (kind === "action" && collected.outcome) || "success",
    visitor: sender.visitor,
    user: sender.user,
    method: kind === "action" ? (collected.method ?? "POST") : "GET",
    route,
    path: route === NOT_FOUND_ROUTE ? boundPaths(path, now) : path,
    status: null,
    durationMs: null,
    timeSpentSec: null,
    title: cleanText(collected.title, 300),
    address: sender.address,
    country: sender.country,
    client: readClient(sender.headers, now, classifyScreen(collected.screen)),
    referral: kind === "view" ? readReferral({ referrer: collected.referrer ?? null, search, host: sender.host }, now) : null,
  };
}

/** What a ping measured of its page; null when it says nothing. */
export function makeVital(collected: CollectedEvent, { visitor }: Pick<Sender, "visitor">, now: Date): PageVital | null {
  const { page, scroll, lcp, inp, cls, fcp, ttfb } = collected;
  if (!page || [scroll, lcp, inp, cls, fcp, ttfb].every((value) => value === undefined)) return null;
  const route = findRoute(splitPath(collected.path).pathname);
  const rounded = scroll === undefined ? null : Math.round(scroll);
  return {
    id: idOfPage(page, visitor),
    at: now,
    route,
    scroll: rounded,
    lcpMs: lcp ?? null,
    inpMs: inp ?? null,
    cls: cls ?? null,
    fcpMs: fcp ?? null,
    ttfbMs: ttfb ?? null,
  };
}

/** The page's own id belongs to who opened it: whoever learns it cannot tell of somebody else's page. */
function idOfPage(page: string, visitor: string): string {
  const digits = createHash("sha256").update(`${visitor}\n${page.toLowerCase()}`).digest("hex");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join("-");
}

/** A client's clock may be anything: an event lies in the last half hour, never ahead. */
function placeInTime({ at, ago }: CollectedEvent, now: Date): Date {
  const claimed = ago !== undefined ? now.getTime() - ago : at ? Date.parse(at) : now.getTime();
  return new Date(Math.round(Math.min(now.getTime(), Math.max(now.getTime() - MAX_AGE_MS, claimed))));
}

/** An anchor tells one view of a page from another where a site counts them; the route is the page's all the same. */
export function splitPath(text: string): { pathname: string; path: string; search: string } {
  const { pathname, hash, search } = new URL(text, "http://site.invalid");
  return { pathname, path: cleanText(pathname + hash, 1_000) ?? "/", search };
}

const SCREENS: [number, string][] = [
  [640, "phone"],
  [1024, "tablet"],
  [1600, "desktop"],
];

/** Classes of window width, so that no one is known by the size of a window. */
function classifyScreen(width: number | undefined): string | null {
  if (!width) return null;
  return SCREENS.find(([limit]) => width < limit)?.[1] ?? "wide";
}
