import type { Db } from "../db/client";
import { findCountedDays } from "../store/find-due-days";
import type { Site } from "../store/read-site";
import { startDays } from "./start-runs";

/** Queues a new run for those of the days (ISO dates) that a run has counted before, however long ago. Returns the days queued. */
export async function countAgain(db: Db, databaseUrl: string, site: Site, days: string[], startedBy: string): Promise<string[]> {
  const counted = await findCountedDays(db, site.id, days);
  if (counted.length > 0) await startDays(databaseUrl, site, counted, startedBy, null);
  return counted;
}
