import type { Db } from "../db/client";

/**
 * The days of a site from `from` to `to` (local dates, inclusive) that have interactions and no run, or whose interactions are other ones
 * than those their last run that succeeded has seen. Days whose events are forgotten are not. Days that failed, were cancelled or are under way wait for a person.
 */
export async function findDueDays(db: Db, siteId: number, span: { from: string; to: string }): Promise<string[]> {
  const rows = await db.$queryRaw<{ day: string }[]>`
    WITH last_run AS (
      SELECT DISTINCT ON (day) day, state, actions FROM pipeline_run
      WHERE site_id = ${siteId} AND day BETWEEN ${span.from}::date AND ${span.to}::date
      ORDER BY day, attempt DESC
    )
    SELECT rollup.day::text AS day
    FROM rollup JOIN site ON site.id = rollup.site_id LEFT JOIN last_run ON last_run.day = rollup.day
    WHERE rollup.site_id = ${siteId} AND rollup.grain = 'day' AND rollup.day BETWEEN ${span.from}::date AND ${span.to}::date
      AND rollup.actions > 0 AND (site.events_from IS NULL OR rollup.day >= site.events_from)
      AND (last_run.state IS NULL OR (last_run.state = 'succeeded' AND last_run.actions IS DISTINCT FROM rollup.actions))
    ORDER BY rollup.day`;
  return rows.map(({ day }) => day);
}

/** Those of a site's days (ISO dates) that a night's run has counted and whose events are kept: they can be counted again. */
export async function findCountedDays(db: Db, siteId: number, days: string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ day: string }[]>`
    SELECT DISTINCT run.day::text AS day
    FROM pipeline_run run JOIN site ON site.id = run.site_id
    WHERE run.site_id = ${siteId} AND run.day = ANY(${days}::date[]) AND run.state = 'succeeded'
      AND (site.events_from IS NULL OR run.day >= site.events_from)
    ORDER BY 1`;
  return rows.map(({ day }) => day);
}

/** Every site, as far as its nights need it. */
export function readSites(db: Db): Promise<{ id: number; slug: string; timezone: string }[]> {
  return db.site.findMany({ select: { id: true, slug: true, timezone: true }, orderBy: { id: "asc" } });
}
