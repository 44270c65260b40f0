import type { ExcludedRequest } from "../capture/reasons";
import type { Db } from "../db/client";
import { beginFlush, type FlushKey } from "./capture-flush";
import { withoutErasedRequests } from "./erased-keys";

/**
 * Stores requests that no metric counts, each with what it was taken for and why; but none of a person who was erased while it waited, and none again
 * under the key of a flush that was stored.
 */
export async function appendExcluded(
  db: Db,
  siteId: number,
  rows: readonly ExcludedRequest[],
  flush: FlushKey | null = null,
): Promise<void> {
  const kept = await withoutErasedRequests(db, siteId, rows);
  if (kept.length === 0) return;
  await db.$executeRaw`
    ${beginFlush(flush)}
    INSERT INTO excluded_event (site_id, at, category, reason, path, method, status, address, user_agent)
    SELECT ${siteId}::smallint, x.at, x.category, x.reason, x.path, x.method, x.status, x.address, x."userAgent"
    FROM flush, json_to_recordset(${JSON.stringify(kept)}::json)
      AS x (at timestamptz, category text, reason text, path text, method text, status smallint, address text, "userAgent" text)`;
}
