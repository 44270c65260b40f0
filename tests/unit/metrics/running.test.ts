import { describe, expect, it } from "vitest";
import { isRunning, meanActions, untilNow } from "@/lib/metrics/running";
import type { SeriesPoint } from "@/lib/metrics/snapshot";

const day = { from: "2026-11-21T23:00:00.000Z", to: "2026-11-22T23:00:00.000Z" };
const at = (instant: string) => Date.parse(instant);
const hours = (...actions: number[]) =>
  actions.map((count, hour) => ({ at: new Date(at(day.from) + hour * 3_600_000).toISOString(), actions: count }) as SeriesPoint);

it.each([
  ["2026-11-21T22:59:59.999Z", false],
  ["2026-11-21T23:00:00.000Z", true],
  ["2026-11-22T22:59:59.999Z", true],
  ["2026-11-22T23:00:00.000Z", false],
])("a day of Berlin runs at %s: %s", (now, expected) => expect(isRunning(day, at(now))).toBe(expected));

it("a curve ends with the bucket of the present", () => {
  const series = hours(5, 6, 0, 0);
  const values = (now: string) => untilNow(series, at(now)).map((point) => point?.actions);
  expect(values("2026-11-22T00:30:00Z")).toEqual([5, 6, undefined, undefined]);
  expect(values("2026-11-22T01:00:00Z")).toEqual([5, 6, 0, undefined]);
  expect(values("2026-12-01T00:00:00Z")).toEqual([5, 6, 0, 0]);
  expect(values("2026-11-21T12:00:00Z")).toEqual([undefined, undefined, undefined, undefined]);
});

describe("the mean number of requests an hour", () => {
  const snapshot = { series: hours(10, 20, 3, 0), to: new Date(at(day.from) + 4 * 3_600_000).toISOString() };
  it.each([
    ["2026-11-21T23:30:00Z", null, 0],
    ["2026-11-22T00:00:00Z", 10, 1],
    ["2026-11-22T01:10:00Z", 15, 2],
    ["2026-11-22T02:59:59Z", 11, 3],
    ["2026-11-22T03:00:00Z", 33 / 4, 4],
  ])("is over the hours that are over at %s: %s of %s", (now, mean, over) =>
    expect(meanActions(snapshot, at(now))).toEqual({ mean, over }),
  );
});
