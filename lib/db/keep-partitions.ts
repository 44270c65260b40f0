import type { Db } from "./client";

const MONTHS_AHEAD = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes the monthly partitions of `event` for the month of `now` and the next three. */
export async function ensurePartitions(db: Db, now: Date): Promise<void> {
  for (let month = 0; month <= MONTHS_AHEAD; month += 1) {
    const moment = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, 1));
    await db.$queryRaw`SELECT 1 FROM (SELECT ensure_event_partition(${moment}::timestamptz)) AS made`;
  }
}

/**
 * Looks once a day that the months ahead have their partition; `onError` hears of a day on which that failed (the next tries again).
 * Returns the function that ends it.
 */
export function keepPartitions(db: Db, onError: (error: unknown) => void): () => void {
  const timer = setInterval(() => ensurePartitions(db, new Date()).catch(onError), DAY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
