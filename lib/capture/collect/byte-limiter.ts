import { keepLatest } from "../keep-latest";

const MINUTE_MS = 60_000;
const MAX_KEYS = 20_000;

/** Lets each key send at most `limit` bytes in a minute. Returns the seconds to wait, or null when it may pass. */
export function limitBytes(limit: number): (key: string, bytes: number, nowMs: number) => number | null {
  const spent = new Map<string, { sinceMs: number; bytes: number }>();
  return (key, bytes, nowMs) => {
    const known = spent.get(key);
    // A clock that was set back must not hold a minute open for a year.
    const open = known && Math.abs(nowMs - known.sinceMs) < MINUTE_MS ? known : { sinceMs: nowMs, bytes: 0 };
    if (open.bytes + bytes > limit) return Math.ceil((open.sinceMs + MINUTE_MS - nowMs) / 1000);
    open.bytes += bytes;
    keepLatest(spent, key, open, MAX_KEYS);
    return null;
  };
}
