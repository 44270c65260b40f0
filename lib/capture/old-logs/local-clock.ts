import { Temporal } from "temporal-polyfill";

/** A UTC instant in milliseconds, with what the clock on the wall showed, in milliseconds too, as if that had been UTC; or why there is none. */
export type Reading = { at: number; shown: number } | { reason: string };

/** Turns what a clock on the wall showed into an instant. */
export type LocalClock = (date: string, time: string) => Reading;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?$/;
const DAYS_REMEMBERED = 5_000;
const MINUTE_MS = 60_000;

/** What is known of a local date: its midnight where one offset holds all day long, "changes" where none does, or why it is no date. */
type Day = { midnight: number; shownMidnight: number } | "changes" | { reason: string };

function readDay(timezone: string, date: string): Day {
  if (!DATE.test(date)) return { reason: `date must look like 2022-10-11, not "${date.slice(0, 40)}"` };
  let midnight: Temporal.PlainDateTime;
  try {
    midnight = Temporal.PlainDate.from(date, { overflow: "reject" }).toPlainDateTime();
  } catch {
    return { reason: `there is no date ${date}` };
  }
  if (midnight.year < 1970) return { reason: `date ${date} is before 1970` };
  // No zone is more than 26 hours from UTC, so with no change of clocks in this span there is none on the date.
  const before = midnight.toZonedDateTime("UTC").subtract({ hours: 26 }).withTimeZone(timezone);
  const change = before.getTimeZoneTransition("next");
  if (change && change.epochMilliseconds < before.epochMilliseconds + 76 * 60 * MINUTE_MS) return "changes";
  const millisecondsIn = (zone: string) => midnight.toZonedDateTime(zone).epochMilliseconds;
  return { midnight: millisecondsIn(timezone), shownMidnight: millisecondsIn("UTC") };
}

/** The slow, exact way, for dates on which clocks move. */
function readOnChangingDay(timezone: string, date: string, time: string): Reading {
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  const moment = local.toZonedDateTime(timezone, { disambiguation: "earlier" });
  if (!moment.toPlainDateTime().equals(local))
    return { reason: `${date} ${time} never happened in ${timezone}: clocks were set forward over it` };
  return { at: moment.epochMilliseconds, shown: local.toZonedDateTime("UTC").epochMilliseconds };
}

/**
 * A clock of that IANA zone: ISO date and `HH:MM:SS` (up to three decimals) to an instant. A local time that happens twice is the
 * first of the two; one that never happens, and any other form, is refused with the reason.
 */
export function createLocalClock(timezone: string): LocalClock {
  const days = new Map<string, Day>();
  const dayOf = (date: string): Day => {
    const known = days.get(date);
    if (known) return known;
    const day = readDay(timezone, date);
    if (days.size >= DAYS_REMEMBERED) days.clear();
    days.set(date, day);
    return day;
  };
  return (date, time) => {
    const day = dayOf(date);
    if (day !== "changes" && "reason" in day) return day;
    const parts = TIME.exec(time);
    if (!parts) return { reason: `time must look like 14:48:10, not "${time.slice(0, 40)}"` };
    if (day === "changes") return readOnChangingDay(timezone, date, time);
    const [, hours, minutes, seconds, fraction = ""] = parts;
    const ofDay = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000 + Number(fraction.padEnd(3, "0"));
    return { at: day.midnight + ofDay, shown: day.shownMidnight + ofDay };
  };
}
