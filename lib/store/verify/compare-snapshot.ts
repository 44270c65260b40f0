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

/** What came of comparing a snapshot: how many sets of numbers were held against the census, and what did not agree. */
export interface Compared {
  values: number;
  differences: Difference[];
}

/**
 * Every number of a snapshot (the period, the one before, each bucket) against the census; those that reach back before `eventsFrom` are left out,
 * for there the census knows too little.
 */
export function compareSnapshot(snapshot: Snapshot, census: Census, eventsFrom: string | null): Compared {
  const { period, date, lens } = snapshot;
  const where = `${period} ${date} · ${lens}`;
  const before = move(date, period === "day" ? -1 : -7);
  const back = period === "day" ? 0 : -6;
  const isWhole = (first: string) => eventsFrom === null || first >= eventsFrom;
  const compared: Compared = { values: 0, differences: [] };
  const compare = (first: string, name: string, expected: () => MetricValues, actual: MetricValues) => {
    if (!isWhole(first)) return;
    compared.values += 1;
    compared.differences.push(...compareValues(name, expected(), actual));
  };
  compare(move(date, back), where, () => census.values(lens, period, date), snapshot.metrics);
  compare(move(before, back), `${where} · previous`, () => census.values(lens, period, before), snapshot.previous.metrics);
  snapshot.series.forEach((point, index) => {
    const { at, ...actual } = point;
    const day = period === "day" ? date : move(date, index - 6);
    compare(day, `${where} · ${at}`, () => bucketOf(census, period, lens, date, index), actual);
  });
  return compared;
}

const bucketOf = (census: Census, period: Period, lens: Lens, date: string, index: number): MetricValues =>
  period === "day" ? census.values(lens, "hour", date, index) : census.values(lens, "day", move(date, index - 6));
