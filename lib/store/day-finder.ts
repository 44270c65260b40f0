import { hourOf, type LocalDay, localDay, localDayOf } from "../metrics/calendar";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DAYS_REMEMBERED = 1_000;

/** A local date as a count of days since 1970-01-01: what PostgreSQL gets by subtracting dates. */
export const dayNumber = (date: string): number => Date.parse(date) / DAY_MS;

/** The ISO date of a day number. */
export const dateOfDayNumber = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** An hour of a site: the local day's number, and which hour of it, counted from the day's start. */
export interface SiteHour {
  day: number;
  hour: number;
  /** The instants it begins and ends at, in UTC milliseconds. */
  from: number;
  to: number;
}

export type HourFinder = (instantMs: number) => SiteHour;

const finders = new Map<string, HourFinder>();

/** Tells in which hour of which local day an instant falls; remembers the days it met, for asking the calendar is slow. */
export function hourFinder(timezone: string): HourFinder {
  const known = finders.get(timezone);
  if (known) return known;
  const days = new Map<number, { local: LocalDay; number: number }[]>();
  const find: HourFinder = (instantMs) => {
    const slot = Math.floor(instantMs / DAY_MS);
    const candidates = days.get(slot) ?? [];
    let found = candidates.find(({ local }) => local.from <= instantMs && instantMs < local.to);
    if (!found) {
      const local = localDayOf(timezone, instantMs);
      found = { local, number: dayNumber(local.date) };
      if (days.size >= DAYS_REMEMBERED) days.clear();
      days.set(slot, [...candidates, found]);
    }
    const hour = hourOf(found.local, instantMs);
    const from = found.local.from + hour * HOUR_MS;
    return { day: found.number, hour, from, to: Math.min(from + HOUR_MS, found.local.to) };
  };
  finders.set(timezone, find);
  return find;
}

/** The instants at which the local days from `first` to `last` begin, and then the one at which the last ends. */
export function dayBoundaries(timezone: string, first: number, last: number): number[] {
  return Array.from({ length: last - first + 2 }, (_, index) => localDay(timezone, dateOfDayNumber(first + index)).from);
}
