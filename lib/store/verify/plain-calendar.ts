const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A site's calendar from nothing but the local dates that `Intl` prints; slow, and remembered for that. */
export class PlainCalendar {
  private readonly print: Intl.DateTimeFormat;
  private readonly starts = new Map<string, number>();
  private last: { date: string; from: number; to: number } | undefined;

  constructor(timezone: string) {
    this.print = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" });
  }

  /** The first instant at which the local date is this one or a later one. */
  startOf(date: string): number {
    const known = this.starts.get(date);
    if (known !== undefined) return known;
    let instant = Date.parse(date) - 16 * HOUR;
    while (this.print.format(instant + HOUR) < date) instant += HOUR;
    while (this.print.format(instant + MINUTE) < date) instant += MINUTE;
    // Offsets had seconds once: Monrovia's until 1972.
    while (this.print.format(instant) < date) instant += SECOND;
    this.starts.set(date, instant);
    return instant;
  }

  /** The local date to which an instant belongs. */
  dateOf(instant: number): string {
    if (!this.last || instant < this.last.from || instant >= this.last.to) {
      let date = this.print.format(instant);
      if (instant >= this.startOf(move(date, 1))) date = move(date, 1);
      this.last = { date, from: this.startOf(date), to: this.startOf(move(date, 1)) };
    }
    return this.last.date;
  }

  /** Which hour of its local date an instant is in, from 0. */
  hourOf(instant: number): number {
    const date = this.dateOf(instant);
    return Math.floor((instant - this.startOf(date)) / HOUR);
  }
}

/** An ISO date some days later. */
export const move = (date: string, days: number): string => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
