import type { Client } from "pg";
import { localDay } from "../../metrics/calendar";
import { dayNumber } from "../day-finder";
import type { SiteRef } from "../read-site";
import { cutSessions, deleteSessions, MANY_EVENTS, makeCutTables, storeCut } from "./cut-sessions";
import { type Border, listDays, readDays } from "./days";
import { countEvents, makeCounts, storeDays, sumPeople } from "./sum-days";

/**
 * A twelfth of what the database's machine is said to have for files, from 256 MB to 1 GB: ten million events are sorted three times. Besides 128 MB for
 * temporary tables. Several connections share both.
 */
const MEMORY = `
  SELECT set_config('work_mem',
      greatest(262144, least(1048576, pg_size_bytes(current_setting('effective_cache_size')) / 1024 / 12)) / $1::INTEGER || 'kB', TRUE),
    set_config('temp_buffers', 131072 / $1::INTEGER || 'kB', TRUE)`;

/**
 * Begins a bulk transaction: room to sort in memory, which so many connections share, and the tables the steps work on. `staging` and `new_event` are for
 * new events; see bulk-append.ts.
 */
export async function beginBulk(connection: Client, sharedBy = 1): Promise<void> {
  // Each statement sees what was committed before it: whoever waited for the site's lock must not count what was there before that.
  await connection.query("BEGIN ISOLATION LEVEL READ COMMITTED");
  await connection.query(MEMORY, [sharedBy]);
  await connection.query("SET LOCAL hash_mem_multiplier = 1");
  // It waits for files that are read, and for other connections, longer than somebody who is only forgetful would.
  await connection.query("SET LOCAL idle_in_transaction_session_timeout = 0");
  await connection.query("SET LOCAL synchronous_commit = on");
  await connection.query(`CREATE TEMP TABLE staging (
    ord BIGINT, id UUID, at TIMESTAMPTZ(3), kind event_kind, outcome outcome, visitor_key TEXT, user_key TEXT, user_label TEXT, user_gender gender,
    method TEXT, route INTEGER, pattern TEXT, path TEXT, status SMALLINT, duration_ms REAL, time_spent_sec REAL, title TEXT, address TEXT, country TEXT,
    client_id INTEGER, referral_id INTEGER) ON COMMIT DROP`);
  await connection.query(`CREATE TEMP TABLE new_event (
    visitor_id BIGINT, at TIMESTAMPTZ(3), seq BIGINT, kind event_kind, user_id BIGINT, converts BOOLEAN,
    route_id INTEGER) ON COMMIT DROP`);
  await connection.query("CREATE TEMP TABLE rebuild_visitor (site_id SMALLINT, id BIGINT) ON COMMIT DROP");
  await connection.query("CREATE TEMP TABLE rebuild_moment (at TIMESTAMPTZ) ON COMMIT DROP");
}

/** Waits for the site's lock, which is held to the end of the transaction, and takes arrival numbers; returns the first. */
export async function lockSiteForBulk(connection: Client, siteId: number, count: number): Promise<number> {
  const { rows } = await connection.query<{ last: string }>(
    `INSERT INTO site_counter AS counter (site_id, last_seq) VALUES ($1, $2)
     ON CONFLICT (site_id) DO UPDATE SET last_seq = counter.last_seq + EXCLUDED.last_seq RETURNING last_seq AS last`,
    [siteId, count],
  );
  return Number(rows[0]?.last) - count + 1;
}

/** Whose numbers are recomputed, and which days' besides those they were there on. */
export interface RebuildScope {
  /** Whether `rebuild_visitor` and `new_event` name everybody of the site. */
  everybody: boolean;
  dates: readonly string[];
}

/**
 * Recomputes the sessions of every visitor in `rebuild_visitor`, then the rollups of every day on which one of them did something (now, or by what
 * was stored before), of every moment in `rebuild_moment`, and of the dates given.
 */
export async function rebuildVisitors(
  connection: Client,
  site: SiteRef,
  { everybody, dates }: RebuildScope,
  storeNew: (() => Promise<void>) | null,
): Promise<void> {
  await connection.query("ANALYZE rebuild_visitor");
  const border = await readBorder(connection, site);
  const before = await readDays(connection, site.timezone, "tables");
  await makeCutTables(connection);
  const events = await cutSessions(connection, site.id, { eventsFrom: border?.at ?? null, whose: everybody ? "everybody" : "theirs" });
  const many = events >= MANY_EVENTS;
  await deleteSessions(connection);
  await storeCut(connection, site.id, { many });
  await storeNew?.();
  // Of a site that is new the planner expects nothing at all, and then compares every session with every event: minutes instead of seconds.
  if (many) await connection.query(`ANALYZE ${storeNew ? "session, event" : "session"}`);
  const days = [...before, ...dates.map(dayNumber), ...(await readDays(connection, site.timezone, "cut"))];
  await listDays(connection, site.timezone, new Set(days), border);
  await makeCounts(connection);
  await countEvents(connection, site.id, everybody ? "cut" : "tables");
  await sumPeople(connection, site.id, { whom: "everybody", storedBefore: "infinity" });
  await storeDays(connection, site.id, { many });
}

/** The first day of which every event is kept, and its first instant; null when none was ever forgotten. */
export async function readBorder(connection: Client, site: SiteRef): Promise<Border | null> {
  const { rows } = await connection.query<{ date: string | null }>("SELECT events_from::text AS date FROM site WHERE id = $1", [site.id]);
  const date = rows[0]?.date;
  return date ? { date, day: dayNumber(date), at: new Date(localDay(site.timezone, date).from) } : null;
}

/** Commits and wakes the listeners. */
export async function commitBulk(connection: Client, siteId: number): Promise<void> {
  await connection.query("SELECT pg_notify('footfall', $1)", [String(siteId)]);
  await connection.query("COMMIT");
}
