import type { Client } from "pg";
import { localDay } from "../metrics/calendar";

const PATIENCE = "SET LOCAL lock_timeout = '2s'";

const MONTHS = `
  SELECT c.oid::regclass::text AS name, (regexp_match(pg_get_expr(c.relpartbound, c.oid), $$TO \\('([^']+)'\\)$$))[1]::timestamptz AS ends
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass`;

/** A visit that is kept for having gone on over its site's limit. */
const REACHES_BACK = `
  SELECT FROM site JOIN session ON session.site_id = site.id AND session.started_at < $1 LIMIT 1`;

/**
 * Drops each month's partition of `event` that lies before the limit of every site, when no visit reaches back into it: no row has to be deleted.
 * Within the caller's transaction; where the table stays busy for two seconds the months stay too, and their rows are the caller's to delete.
 */
export async function dropOldMonths(connection: Client): Promise<{ months: number; events: number }> {
  const limit = await earliestLimit(connection);
  const dropped = { months: 0, events: 0 };
  if (limit === null) return dropped;
  const { rows } = await connection.query<{ name: string; ends: Date | null }>(MONTHS);
  for (const { name, ends } of rows) {
    if (!ends || ends.getTime() > limit || (await connection.query(REACHES_BACK, [ends])).rowCount) continue;
    const events = await dropTable(connection, name);
    if (events === null) return dropped;
    dropped.months += 1;
    dropped.events += events;
  }
  return dropped;
}

/** The instant before which no site keeps its events; null while one of them keeps everything. */
async function earliestLimit(connection: Client): Promise<number | null> {
  const { rows } = await connection.query<{ timezone: string; day: string | null }>("SELECT timezone, events_from::text AS day FROM site");
  if (rows.some(({ day }) => day === null)) return null;
  return Math.min(...rows.map(({ timezone, day }) => localDay(timezone, day as string).from));
}

/** How many rows it held; null when somebody holds it. The name is the catalogue's own, quoted by it. */
async function dropTable(connection: Client, name: string): Promise<number | null> {
  await connection.query("SAVEPOINT whole_month");
  try {
    await connection.query(PATIENCE);
    await connection.query("LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
    const { rows } = await connection.query<{ events: string }>(`SELECT count(*) AS events FROM ${name}`);
    await connection.query(`DROP TABLE ${name}`);
    await connection.query("RELEASE SAVEPOINT whole_month");
    return Number(rows[0]?.events);
  } catch (error) {
    await connection.query("ROLLBACK TO SAVEPOINT whole_month");
    if ((error as { code?: string }).code === "55P03") return null;
    throw error;
  }
}
