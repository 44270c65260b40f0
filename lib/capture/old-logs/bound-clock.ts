import type { LocalClock } from "./local-clock";

/** What a site takes: nothing of days that it has forgotten, nor of days to come. */
export interface Bounds {
  /** A row may be up to a day ahead of it: clocks and time zones are set wrong by hours, not by years. */
  now: Date;
  /** The first local date of which every event is kept, and its first instant; null when none was ever forgotten. */
  keptFrom: { date: string; at: Date } | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** That clock, but of instants out of bounds it tells why they can't be taken. */
export function boundClock(clock: LocalClock, { now, keptFrom }: Bounds): LocalClock {
  const latest = now.getTime() + DAY_MS;
  const earliest = keptFrom?.at.getTime() ?? Number.NEGATIVE_INFINITY;
  return (date, time) => {
    const reading = clock(date, time);
    if ("reason" in reading) return reading;
    if (reading.at > latest) return { reason: `${date} ${time} has not come yet` };
    if (reading.at < earliest)
      return { reason: `${date} ${time} is too early: the events of this site before ${keptFrom?.date} were forgotten` };
    return reading;
  };
}
