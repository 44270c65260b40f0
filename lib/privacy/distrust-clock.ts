import { uptime } from "node:os";

/** More than any correction of a clock that was right, less than any error that would cost a day. */
const TOLERATED_MS = 5 * 60_000;

/** When the machine started, by the clock as it stood when this process began; the seconds since are counted also while it sleeps. */
const STARTED_MS = Date.now() - uptime() * 1_000;

interface Clocks {
  /** This machine's clock, and what it should say by the seconds that have passed since the process began; UTC milliseconds. */
  wallMs: number;
  expectedMs: number;
  databaseMs: number;
}

/** What the clocks of this machine say at this moment, beside the database's. */
export const readClocks = (database: Date): Clocks => ({
  wallMs: Date.now(),
  expectedMs: STARTED_MS + uptime() * 1_000,
  databaseMs: database.getTime(),
});

/**
 * Says in words why nothing may be forgotten by these clocks; null when they agree. A clock that jumped ahead would make everything old, and what is
 * forgotten does not come back when the clock does.
 */
export function distrustClock({ wallMs, expectedMs, databaseMs }: Clocks): string | null {
  const minutes = (ms: number) => `${Math.round(Math.abs(ms) / 60_000)} minutes`;
  if (Math.abs(wallMs - expectedMs) > TOLERATED_MS)
    return `this machine's clock has jumped by ${minutes(wallMs - expectedMs)} since the start`;
  if (Math.abs(wallMs - databaseMs) > TOLERATED_MS)
    return `this machine's clock and the database's differ by ${minutes(wallMs - databaseMs)}`;
  return null;
}
