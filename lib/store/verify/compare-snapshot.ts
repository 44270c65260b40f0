import type { Lens, MetricValues, Period, Snapshot } from "../../metrics/snapshot";
import type { Census } from "./census";
import { move } from "./plain-calendar";

/** A place where a stored number is not what the raw events say. */
export interface Difference {
  /** Which number: `day 2026-11-21 · all · 09:00 · users`. */
  where: string;
  expected: string;
  actual: string;
}

function compareValues(where: string, expected: MetricValues, actual: MetricValues): Difference[] {
  return (Object.keys(expected) as (keyof MetricValues)[]).flatMap((metric) => {
    const should = JSON.stringify(expected[metric]);
    const is = JSON.stringify(actual[metric]);
    return should === is ? [] : [{ where: `${where} · ${metric}`, expected: should, actual: is }];
  });
}

/** Every number of a snapshot (the period, the one before, each bucket) against the census. */
export function compareSnapshot(snapshot: Snapshot, census: Census): Difference[] {
  const { period, date, lens } = snapshot;
  const where = `${period} ${date} · ${lens}`;
  const before = move(date, period === "day" ? -1 : -7);
  return [
    ...compareValues(where, census.values(lens, period, date), snapshot.metrics),
    ...compareValues(`${where} · previous`, census.values(lens, period, before), snapshot.previous.metrics),
    ...snapshot.series.flatMap((point, index) => {
      const { at, ...actual } = point;
      return compareValues(`${where} · ${at}`, bucketOf(census, period, lens, date, index), actual);
    }),
  ];
}

const bucketOf = (census: Census, period: Period, lens: Lens, date: string, index: number): MetricValues =>
  period === "day" ? census.values(lens, "hour", date, index) : census.values(lens, "day", move(date, index - 6));
