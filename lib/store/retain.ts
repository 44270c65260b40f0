import type { Client } from "pg";
import { type Db, withConnection } from "../db/client";
import { localDay } from "../metrics/calendar";
import type { SiteRef } from "./read-site";
import { type Removed, removeEvents } from "./remove-events";

const PICK = "INSERT INTO doomed SELECT id, at, visitor_id, address FROM event WHERE site_id = $1 AND at < $2";

// Users whom no event names any more: nobody is known as them and no session is theirs.
const DELETE_USERS = `
  DELETE FROM known_user u
  WHERE u.site_id = $1 AND NOT EXISTS (SELECT FROM visitor v WHERE v.site_id = $1 AND v.known_user_id = u.id)
    AND NOT EXISTS (SELECT FROM session s WHERE s.site_id = $1 AND s.user_id = u.id)
    AND NOT EXISTS (SELECT FROM event e WHERE e.site_id = $1 AND e.user_id = u.id)`;

const BY_INSTANT = ["page_vital", "excluded_event"].map((table) => `DELETE FROM ${table} WHERE site_id = $1 AND at < $2`);
const BY_DAY = ["capture_count", "daily_address", "daily_address_page", "daily_page"].map(
  (table) => `DELETE FROM ${table} WHERE site_id = $1 AND day < $2::date`,
);

/** Whether a site has anything older than that local day. */
export async function hasEventsBefore(db: Db, site: SiteRef, day: string): Promise<boolean> {
  const at = new Date(localDay(site.timezone, day).from);
  return (await db.event.findFirst({ where: { siteId: site.id, at: { lt: at } }, select: { id: true } })) !== null;
}

/**
 * Forgets everything of a site before a local day: events, and with them the sessions and numbers of those days, the statistics by address,
 * what was left out. A session over that midnight goes on from its first event that is kept. Months left empty are handed back to the disk.
 */
export async function forgetBefore(db: Db, site: SiteRef, day: string): Promise<Removed> {
  const at = new Date(localDay(site.timezone, day).from);
  const removed = await removeEvents(db, site, { statement: PICK, values: [at] }, async (connection) => {
    await connection.query(DELETE_USERS, [site.id]);
    for (const statement of BY_INSTANT) await connection.query(statement, [site.id, at]);
    for (const statement of BY_DAY) await connection.query(statement, [site.id, day]);
  });
  if (removed.events > 0) await emptyMonthsBefore(db, at);
  return removed;
}

const MONTHS = `
  SELECT c.oid::regclass::text AS name, (regexp_match(pg_get_expr(c.relpartbound, c.oid), $$TO \\('([^']+)'\\)$$))[1]::timestamptz AS ends
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass`;

/** Empties the partitions of months that are over and hold no row any more. They stay: a server remembers which it has made. */
async function emptyMonthsBefore(db: Db, at: Date): Promise<void> {
  await withConnection(db, async (connection) => {
    const { rows } = await connection.query<{ name: string; ends: Date | null }>(MONTHS);
    for (const { name, ends } of rows) {
      if (!ends || ends > at) continue;
      await emptyIfUnused(connection, name).catch(() => undefined); // somebody is using it: another time
    }
  });
}

async function emptyIfUnused(connection: Client, name: string): Promise<void> {
  await connection.query("BEGIN");
  try {
    await connection.query("SET LOCAL lock_timeout = '2s'");
    // The name is the catalogue's own, quoted by it.
    await connection.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
    const { rowCount } = await connection.query(`SELECT FROM ${name} LIMIT 1`);
    if (rowCount === 0) await connection.query(`TRUNCATE ${name}`);
  } finally {
    await connection.query("COMMIT");
  }
}
