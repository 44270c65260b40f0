import type { ExcludedRequest } from "../capture/reasons";
import type { Db } from "../db/client";

/** Stores requests that no metric counts, each with what it was taken for and why. */
export async function appendExcluded(db: Db, siteId: number, rows: readonly ExcludedRequest[]): Promise<void> {
  if (rows.length === 0) return;
  await db.$executeRaw`
    INSERT INTO excluded_event (site_id, at, category, reason, path, method, status, address, user_agent)
    SELECT ${siteId}::smallint, x.at, x.category, x.reason, x.path, x.method, x.status, x.address, x."userAgent"
    FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS x (at timestamptz, category text, reason text, path text, method text, status smallint, address text, "userAgent" text)`;
}
