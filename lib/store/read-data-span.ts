import type { Db } from "../db/client";

/** The first and the last UTC date on which a site has an event, a session or a rollup; null when it has none. */
export async function readDataSpan(db: Db, siteId: number): Promise<{ from: string; to: string } | null> {
  const [row] = await db.$queryRaw<[{ from: string | null; to: string | null }]>`
    SELECT least((SELECT min(at) FROM event WHERE site_id = ${siteId}::smallint)::date,
      (SELECT min(started_at) FROM session WHERE site_id = ${siteId}::smallint)::date,
      (SELECT min(day) FROM rollup WHERE site_id = ${siteId}::smallint))::text AS "from",
    greatest((SELECT max(at) FROM event WHERE site_id = ${siteId}::smallint)::date,
      (SELECT max(ended_at) FROM session WHERE site_id = ${siteId}::smallint)::date,
      (SELECT max(day) FROM rollup WHERE site_id = ${siteId}::smallint))::text AS "to"`;
  return row.from && row.to ? { from: row.from, to: row.to } : null;
}
