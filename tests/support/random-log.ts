import { createHash } from "node:crypto";
import fc from "fast-check";
import type { NewEvent } from "../../lib/capture/event";
import { makeEvent } from "./make-event";

/** Zones whose clocks do what clocks can do: DST at different hours and dates, and offsets of 30 and 45 minutes. */
export const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Pacific/Chatham",
  "America/New_York",
  "Australia/Lord_Howe",
  // Clocks that jump at midnight, so that a day begins at one; a night that lasts two hours longer; a date that never was.
  "Africa/Cairo",
  "America/Santiago",
  "Antarctica/Troll",
  "Pacific/Apia",
] as const;

/** Moments around which logs are made: clocks set forward and back, the turn of a year, a leap day, an ordinary midnight. */
export const MOMENTS = [
  "2026-03-29T00:30:00Z",
  "2026-10-25T00:30:00Z",
  "2026-04-04T14:00:00Z",
  "2026-09-26T14:00:00Z",
  "2026-03-08T05:00:00Z",
  "2026-11-01T04:00:00Z",
  "2024-12-31T23:30:00Z",
  "2024-02-29T18:00:00Z",
  "2024-04-25T22:00:00Z",
  "2026-09-06T04:00:00Z",
  "2011-12-30T10:00:00Z",
  "2026-06-10T12:00:00Z",
] as const;

const USERS = ["ann", "ben", "cleo"];
const GENDERS = ["f", "m", "unknown"] as const;
const ROUTES = ["/", "/house-price", "/celebrity"];

/** A step of a random log: who does what, and how long after the step before it (in seconds). */
const step = fc.record({
  visitor: fc.constantFrom("v1", "v2", "v3", "v4"),
  gapSec: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 4, arbitrary: fc.integer({ min: 6, max: 900 }) },
    { weight: 2, arbitrary: fc.constantFrom(1799, 1800, 1801, 3600) },
    { weight: 1, arbitrary: fc.integer({ min: 3_600, max: 90_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 90_000, max: 260_000 }) },
  ),
  kind: fc.constantFrom("view", "view", "view", "action", "action", "login", "logout", "register", "ping"),
  error: fc.boolean(),
  user: fc.constantFrom(...USERS),
  /** What a login says of its user's gender; mostly what it always says. */
  gender: fc.option(fc.constantFrom(...GENDERS), { freq: 5, nil: null }),
  route: fc.constantFrom(...ROUTES),
});

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A random log: in the order of its times, over hours or, when it is long, over weeks around a moment. Most are short, for those are fast; some are not. */
export const randomLog = (maxLength: number) =>
  fc
    .tuple(
      fc.constantFrom(...MOMENTS),
      fc.oneof(
        { weight: 3, arbitrary: fc.array(step, { minLength: 1, maxLength: 12 }) },
        // Without a size, fast-check takes a long maximum for no wish to reach it.
        { weight: 1, arbitrary: fc.array(step, { minLength: Math.min(12, maxLength), maxLength, size: "max" }) },
      ),
    )
    .map(([moment, steps]) => {
      let at = Date.parse(moment) - steps.reduce((sum, { gapSec }) => sum + gapSec, 0) * 400;
      return steps.map(({ visitor, gapSec, kind, error, user, gender, route }, index): NewEvent => {
        at += gapSec * 1000;
        const isForm = kind !== "view" && kind !== "ping";
        return makeEvent({
          id: uuidOf(`${moment} ${index}`),
          at: new Date(at),
          kind: kind as NewEvent["kind"],
          outcome: kind === "action" && error ? "error" : "success",
          visitor,
          user:
            kind === "login" || kind === "register"
              ? { key: user, label: user, gender: gender ?? GENDERS[USERS.indexOf(user)] ?? "unknown" }
              : null,
          method: isForm ? "POST" : "GET",
          route,
          path: route,
        });
      });
    });

/** How a log is delivered: cut into batches, a little out of order, some of it twice. */
export const delivery = fc.record({
  batchSizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 }),
  lateness: fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 8 }),
  repeatEvery: fc.integer({ min: 2, max: 9 }),
});

export type Delivery = typeof delivery extends fc.Arbitrary<infer Value> ? Value : never;

/** The batches in which a log arrives. Every event arrives at least once; each batch is also sent again where `repeatEvery` says so. */
export function deliver(log: readonly NewEvent[], { batchSizes, lateness, repeatEvery }: Delivery): NewEvent[][] {
  const arrival = log
    .map((event, index) => ({ event, place: index + (lateness[index % lateness.length] ?? 0) }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
  const batches: NewEvent[][] = [];
  for (let from = 0, round = 0; from < arrival.length; round++) {
    const size = batchSizes[round % batchSizes.length] ?? 1;
    const batch = arrival.slice(from, from + size);
    if (round % repeatEvery === 0) batch.push(...batch.slice(0, 2), ...arrival.slice(Math.max(0, from - 3), from));
    batches.push(batch);
    from += size;
  }
  return batches;
}
