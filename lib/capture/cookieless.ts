import { createHmac } from "node:crypto";
import { keepLatest } from "./keep-latest";

const DAY_MS = 24 * 60 * 60 * 1000;
/** As long as a session may pause: docs/metrics.md. */
const SESSION_IDLE_MS = 30 * 60 * 1000;
const MAX_RECENT = 50_000;

/** Secret salts by UTC day, `2026-11-21`. */
export type Salts = Map<string, string>;

export const utcDay = (at: Date): string => at.toISOString().slice(0, 10);
export const dayBefore = (at: Date): string => utcDay(new Date(at.getTime() - DAY_MS));

type Client = { site: string; address: string | null; userAgent: string };

/** Who a visitor is without a cookie: the same for one address and browser on one day, and unlinkable once that day's salt is destroyed. */
export function hashVisitor({ site, address, userAgent }: Client, salt: string): string {
  const hash = createHmac("sha256", Buffer.from(salt, "base64url"))
    .update(`${site}\n${address ?? ""}\n${userAgent}`)
    .digest("base64url");
  return `day:${hash.slice(0, 22)}`;
}

/** Names cookieless visitors; keeps a visit that runs over midnight under the key it began with. */
export function nameVisitors(salts: Salts): (client: Client, at: Date) => string | null {
  const lastSeen = new Map<string, number>();
  const touch = (key: string, at: Date) => {
    keepLatest(lastSeen, key, at.getTime(), MAX_RECENT);
    return key;
  };
  return (client, at) => {
    const yesterday = salts.get(dayBefore(at));
    if (yesterday) {
      const key = hashVisitor(client, yesterday);
      const seen = lastSeen.get(key);
      if (seen !== undefined && at.getTime() - seen <= SESSION_IDLE_MS) return touch(key, at);
    }
    const today = salts.get(utcDay(at));
    return today ? touch(hashVisitor(client, today), at) : null;
  };
}
