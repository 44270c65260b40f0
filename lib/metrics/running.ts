import type { Snapshot } from "./snapshot";

/** Whether a span still runs at an instant (UTC milliseconds): it has begun and is not over. */
export const isRunning = ({ from, to }: { from: string; to: string }, now: number): boolean =>
  Date.parse(from) <= now && now < Date.parse(to);

/** The points of a series whose bucket has begun; `null` in the place of those still to come, for drawings that end at the present. */
export const untilNow = <Point extends { at: string }>(series: readonly Point[], now: number): (Point | null)[] =>
  series.map((point) => (Date.parse(point.at) <= now ? point : null));

/** The mean number of actions a bucket, over the buckets that are over; null where none is. `over` tells how many those are. */
export function meanActions({ series, to }: Pick<Snapshot, "series" | "to">, now: number): { mean: number | null; over: number } {
  const done = series.filter((_, index) => Date.parse(series[index + 1]?.at ?? to) <= now);
  const actions = done.reduce((sum, point) => sum + point.actions, 0);
  return { mean: done.length === 0 ? null : actions / done.length, over: done.length };
}
