import type { Client } from "pg";
import { type Db, withConnection } from "../db/client";
import type { SiteRef } from "./read-site";
import { beginBulk, commitBulk, lockSiteForBulk, rebuildVisitors } from "./rebuild/prepare";

export interface Removed {
  events: number;
  /** The site's local days that events were removed from, ISO dates in order. */
  days: string[];
}

/** What a removal picks: SQL that fills the temporary table `doomed (id, at, visitor_id, address, client_id)` for the site `$1`. */
type Pick = { statement: string; values: unknown[] };

/**
 * Removes events and everything that was counted of them, as one transaction under the site's lock: sessions, people and rollups of all
 * visitors concerned are recomputed from what remains, so that every number stays true. Visitors and users without an event go too.
 */
export async function removeEvents(
  db: Db,
  site: SiteRef,
  pick: Pick,
  alsoRemove: (connection: Client, removed: Removed) => Promise<void>,
): Promise<Removed> {
  return withConnection(db, async (connection) => {
    await beginBulk(connection);
    // Moving the counter tells every process that what it remembers of this site is old.
    await lockSiteForBulk(connection, site.id, 1);
    await connection.query(
      "CREATE TEMP TABLE doomed (id UUID, at TIMESTAMPTZ, visitor_id BIGINT, address TEXT, client_id INTEGER) ON COMMIT DROP",
    );
    await connection.query(pick.statement, [site.id, ...pick.values]);
    await connection.query("ANALYZE doomed");
    await connection.query("INSERT INTO rebuild_visitor SELECT $1::SMALLINT, visitor_id FROM doomed GROUP BY visitor_id", [site.id]);
    await connection.query("INSERT INTO rebuild_moment SELECT DISTINCT date_trunc('hour', at) FROM doomed");
    const days = await connection.query<{ day: string }>(DAYS, [site.timezone]);
    await connection.query(DELETE_VITALS, [site.id]);
    const { rowCount } = await connection.query(DELETE_EVENTS, [site.id]);
    await rebuildVisitors(connection, site, { everybody: false, dates: [] }, null);
    await connection.query(DELETE_VISITORS, [site.id]);
    const removed = { events: rowCount ?? 0, days: days.rows.map(({ day }) => day) };
    await alsoRemove(connection, removed);
    await commitBulk(connection, site.id);
    return removed;
  });
}

const DAYS = "SELECT DISTINCT (at AT TIME ZONE $1)::date::text AS day FROM doomed ORDER BY 1";

const DELETE_VITALS = "DELETE FROM page_vital USING doomed WHERE page_vital.site_id = $1 AND page_vital.id = doomed.id";

// The instant belongs to the key, and tells which partition.
const DELETE_EVENTS = "DELETE FROM event USING doomed WHERE event.site_id = $1 AND event.id = doomed.id AND event.at = doomed.at";

const DELETE_VISITORS = `
  DELETE FROM visitor USING rebuild_visitor v
  WHERE visitor.site_id = $1 AND visitor.id = v.id AND NOT EXISTS (SELECT FROM event e WHERE e.site_id = $1 AND e.visitor_id = v.id)`;
