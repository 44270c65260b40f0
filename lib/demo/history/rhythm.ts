import { addDays, hoursOf, localDay, localDayOf } from "../../metrics/calendar";
import type { Random } from "./random";

/** How busy each hour of a day is, from midnight on: quiet nights, a rise to noon, a second one in the evening. */
const HOURS = [2, 1.2, 0.8, 0.6, 0.6, 1, 2, 4, 6.5, 8, 8.6, 8.8, 8, 8.2, 8.4, 8, 7.6, 7.2, 7.4, 8.2, 8.8, 8, 5.8, 3.6];
/** From Monday to Sunday. */
const WEEKDAYS = [1, 1.06, 1.08, 1.04, 0.94, 0.62, 0.7];

export interface BusyHour {
  /** UTC milliseconds, half-open. */
  from: number;
  to: number;
  /** The share of all events that begins in it. */
  share: number;
}

const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The hours of the last `days` days up to `now` (UTC milliseconds) in that zone, each with its share: busier days, a slow growth, some noise. */
export function busyHours(timezone: string, days: number, now: number, random: Random): BusyHour[] {
  const today = localDayOf(timezone, now).date;
  const hours: BusyHour[] = [];
  for (let back = days - 1; back >= 0; back -= 1) {
    const date = addDays(today, -back);
    const growth = 1 + (0.35 * (days - back)) / days;
    const ofDay = (WEEKDAYS[weekdayOf(date)] ?? 1) * growth * (0.9 + 0.2 * random.next());
    hoursOf(localDay(timezone, date)).forEach(({ from, to }, index) => {
      if (from >= now) return;
      const cut = Math.min(to, now);
      const share = ofDay * (HOURS[index % 24] ?? 1) * (0.85 + 0.3 * random.next()) * ((cut - from) / (to - from));
      hours.push({ from, to: cut, share });
    });
  }
  const total = hours.reduce((sum, hour) => sum + hour.share, 0);
  return hours.map((hour) => ({ ...hour, share: hour.share / total }));
}
