import type { Period } from "./snapshot";

const LOCALE = "en-GB";
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Formatters are dear to make; a dashboard needs a dozen. */
function format(timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timezone} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: timezone });
  formats.set(key, known);
  return known;
}

/** `14:05` in the site's zone. */
export const clockTime = (timezone: string, instant: string): string =>
  format(timezone, { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(instant));

/** `14:05:09` in the site's zone. */
export const exactTime = (timezone: string, instant: string): string =>
  format(timezone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(new Date(instant));

/** `21 Nov, 14:05:09` in the site's zone. */
export const dateAndTime = (timezone: string, instant: string): string =>
  `${format(timezone, { day: "numeric", month: "short" }).format(new Date(instant))}, ${exactTime(timezone, instant)}`;

/** An ISO date for people: `Sat 21 Nov 2026`; without the year if told so. */
export function dateLabel(date: string, options: { year?: boolean } = {}): string {
  const parts: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
  const withYear: Intl.DateTimeFormatOptions = options.year === false ? parts : { ...parts, year: "numeric" };
  return format("UTC", withYear)
    .format(new Date(`${date}T00:00:00Z`))
    .replace(",", "");
}

/** An ISO date moved by whole days; without a calendar library, for the browser. */
export const shiftDate = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The period that ends with `date`: `Sat 21 Nov 2026`, or `Sun 15 Nov – Sat 21 Nov 2026`. */
export const periodLabel = (period: Period, date: string): string =>
  period === "day" ? dateLabel(date) : `${dateLabel(shiftDate(date, -6), { year: false })} – ${dateLabel(date)}`;

/** The period just before, in short. */
export const previousLabel = (period: Period, date: string): string =>
  period === "day" ? dateLabel(shiftDate(date, -1), { year: false }) : "the week before";

/** A bucket of a series: `14:00` of a day, `Sat 21` of a week. */
export function bucketLabel(period: Period, timezone: string, at: string): string {
  if (period === "day") return clockTime(timezone, at);
  // A day may begin after midnight, never before: noon of it is the same date everywhere.
  const parts = format(timezone, { weekday: "short", day: "numeric" }).formatToParts(new Date(Date.parse(at) + DAY_MS / 2));
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("weekday")} ${part("day")}`;
}

/** How long ago: `just now`, `12 s ago`, `3 m ago`, `2 h ago`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 3) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}
