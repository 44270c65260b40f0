import type { Db } from "../db/client";
import { addDays, localDay, localDayOf } from "../metrics/calendar";
import { findDueDays, readSites } from "../store/find-due-days";
import type { QueuedRun } from "../store/queue-runs";
import { startDays } from "./start-runs";

/** A day is begun this long after its end: by then, what followed it in its last sessions has happened. */
const AFTER_MIDNIGHT_MS = 65 * 60_000;
/** How far back missed nights are caught up. */
const NIGHTS_BACK = 35;

/** The last local date whose night may be worked on. */
export function lastDueDate(timezone: string, nowMs: number): string {
  const today = localDayOf(timezone, nowMs);
  return addDays(today.date, nowMs - localDay(timezone, today.date).from >= AFTER_MIDNIGHT_MS ? -1 : -2);
}

/**
 * Starts every night that is due on any site: each finished day with events that has no run yet, or whose events have changed since.
 * It looks at what is there, not at a clock's ticks, so nights on which nothing was running are caught up, and doing it twice starts nothing twice.
 */
export async function queueDueDays(db: Db, databaseUrl: string, now: Date): Promise<QueuedRun[]> {
  const queued: QueuedRun[] = [];
  for (const site of await readSites(db)) {
    const to = lastDueDate(site.timezone, now.getTime());
    const dates = await findDueDays(db, site.id, { from: addDays(to, 1 - NIGHTS_BACK), to });
    if (dates.length > 0) queued.push(...(await startDays(databaseUrl, site, dates, "schedule", null)));
  }
  return queued;
}
