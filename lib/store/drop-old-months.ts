import type { Client } from "pg";
import { localDay } from "../metrics/calendar";

/** A month of events, by the name of its partition, quoted by the catalogue itself. */
export interface OldMonth {
  name: string;
  ends: Date;
}

const PATIENCE = "SET LOCAL lock_timeout = '2s'";
const LOCK_NOT_AVAILABLE = "55P03";

const MONTHS = `
  SELECT c.oid::regclass::text AS name, (regexp_match(pg_get_expr(c.relpartbound, c.oid), $$TO \\('([^']+)'\\)$$))[1]::timestamptz AS ends
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'event'::regclass`;

/** A visit that is kept for having gone on over its site's limit. */
const REACHES_BACK = `
  SELECT FROM site JOIN session ON session.site_id = site.id AND session.started_at < $1 LIMIT 1`;

/** The months of `event` that lie before the limit of every site, and that no visit reaches back into. */
export async function findOldMonths(connection: Client): Promise<OldMonth[]> {
  const limit = await earliestLimit(connection);
  if (limit === null) return [];
  const { rows } = await connection.query<{ name: string; ends: Date | null }>(MONTHS);
  const old: OldMonth[] = [];
  for (const { name, ends } of rows) {
    if (!ends || ends.getTime() > limit || (await connection.query(REACHES_BACK, [ends])).rowCount) continue;
    old.push({ name, ends });
  }
  return old;
}

/**
 * Drops the partitions of these months, so that no row has to be deleted, in a transaction of its own: it locks all of `event`, and holds that no
 * longer than the drop takes. The rows are counted before; under the lock it is asked again whether a month is still to go. Where the table stays
 * busy for two seconds the months stay too.
 */
export async function dropMonths(connection: Client, months: readonly OldMonth[]): Promise<{ months: number; events: number }> {
  const rowsOf = new Map<string, number>();
  for (const { name } of months) {
    const { rows } = await connection.query<{ events: string }>(`SELECT count(*) AS events FROM ${name}`);
    rowsOf.set(name, Number(rows[0]?.events));
  }
  await connection.query("BEGIN");
  try {
    await connection.query(PATIENCE);
    await connection.query("LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
    const going = (await findOldMonths(connection)).filter(({ name }) => rowsOf.has(name));
    for (const { name } of going) await connection.query(`DROP TABLE ${name}`);
    await connection.query("COMMIT");
    return { months: going.length, events: going.reduce((sum, { name }) => sum + (rowsOf.get(name) ?? 0), 0) };
  } catch (error) {
    await connection.query("ROLLBACK");
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return { months: 0, events: 0 };
    throw error;
  }
}

/** The instant before which no site keeps its events; null while one of them keeps everything. */
async function earliestLimit(connection: Client): Promise<number | null> {
  const { rows } = await connection.query<{ timezone: string; day: string | null }>("SELECT timezone, events_from::text AS day FROM site");
  if (rows.some(({ day }) => day === null)) return null;
  return Math.min(...rows.map(({ timezone, day }) => localDay(timezone, day as string).from));
}
