import { Temporal } from "temporal-polyfill";
import type { Period } from "./snapshot";

const HOUR_MS = 3_600_000;
const DAYS_REMEMBERED = 5_000;

/** A local day of a site as a span of UTC instants, in milliseconds: [from, to). */
export interface LocalDay {
  /** ISO date, `2026-11-21`. */
  date: string;
  from: number;
  to: number;
}

export interface Bucket {
  from: number;
  to: number;
}

/** A period as a half-open span of UTC instants (milliseconds), cut into its buckets. */
export interface PeriodSpan extends Bucket {
  buckets: Bucket[];
  /** The local days it covers, oldest first. */
  days: LocalDay[];
}

const dayStarts = new Map<string, number>();

/** The first instant of a local date: the earlier midnight where it happens twice, the first valid instant where it is skipped. */
function startOfDay(timezone: string, date: string): number {
  const key = `${timezone} ${date}`;
  const known = dayStarts.get(key);
  if (known !== undefined) return known;
  const start = Temporal.PlainDate.from(date).toZonedDateTime(timezone).epochMilliseconds;
  if (dayStarts.size >= DAYS_REMEMBERED) dayStarts.clear();
  dayStarts.set(key, start);
  return start;
}

/** An ISO date moved by whole days. */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The local day with that ISO date. */
export function localDay(timezone: string, date: string): LocalDay {
  return { date, from: startOfDay(timezone, date), to: startOfDay(timezone, addDays(date, 1)) };
}

/** The local day in which an instant (UTC milliseconds) falls. Days follow each other without a gap or an overlap, whatever the clocks do. */
export function localDayOf(timezone: string, instantMs: number): LocalDay {
  let date = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone).toPlainDate().toString();
  // Where clocks go back over midnight a date comes twice; its second part belongs to the day already begun.
  while (startOfDay(timezone, addDays(date, 1)) <= instantMs) date = addDays(date, 1);
  return localDay(timezone, date);
}

/** The hours of a local day: 23, 24 or 25 of them, each an hour long (the last one shorter where a zone moves by half an hour). */
export function hoursOf(day: LocalDay): Bucket[] {
  const hours: Bucket[] = [];
  for (let from = day.from; from < day.to; from += HOUR_MS) hours.push({ from, to: Math.min(from + HOUR_MS, day.to) });
  return hours;
}

/** Which hour of its local day an instant is in, counted from the day's start. */
export const hourOf = (day: LocalDay, instantMs: number): number => Math.floor((instantMs - day.from) / HOUR_MS);

/** How many local days a period has. */
export const daysIn = (period: Period): number => (period === "week" ? 7 : 1);

/** The span of the period that ends with `date`: one day in hours, or seven in days. */
export function periodSpan(timezone: string, period: Period, date: string): PeriodSpan {
  const count = daysIn(period);
  const days = Array.from({ length: count }, (_, index) => localDay(timezone, addDays(date, index - count + 1)));
  const first = days[0] as LocalDay;
  const last = days[days.length - 1] as LocalDay;
  return { from: first.from, to: last.to, days, buckets: period === "day" ? hoursOf(first) : days.map(({ from, to }) => ({ from, to })) };
}

/** Whether a name is an IANA time zone this machine knows. */
export function isTimezone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
