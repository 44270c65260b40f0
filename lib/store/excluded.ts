import type { ExcludedRequest } from "../capture/reasons";
import type { Db } from "../db/client";

/** Stores requests that no metric counts, each with what it was taken for and why. */
export async function appendExcluded(db: Db, siteId: number, rows: readonly ExcludedRequest[]): Promise<void> {
  if (rows.length === 0) return;
  await db.excludedEvent.createMany({ data: rows.map((row) => ({ siteId, ...row })) });
}
