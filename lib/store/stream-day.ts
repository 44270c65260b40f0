import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { LocalDay } from "../metrics/calendar";
import { SESSION_IDLE_MS } from "../metrics/catalogue";

/** The files a day is streamed into: CSV without a header, NULL unquoted, columns as in `DAY_COLUMNS`. */
export interface DayStreamFiles {
  /** Of each, a part of the day is streamed into it. */
  events: string[];
  tail: string;
  sessions: string;
  routes: string;
  clients: string;
  referrals: string;
}

export type DayStream = keyof DayStreamFiles;

/** The columns of each stream, in order, with what DuckDB calls their types. */
export const DAY_COLUMNS = {
  events: {
    at: "TIMESTAMPTZ",
    seq: "BIGINT",
    visitor_id: "BIGINT",
    session_id: "BIGINT",
    user_id: "BIGINT",
    kind: "VARCHAR",
    outcome: "VARCHAR",
    route_id: "INTEGER",
    client_id: "INTEGER",
    referral_id: "INTEGER",
    duration_ms: "FLOAT",
    time_spent_sec: "FLOAT",
    status: "SMALLINT",
    method: "VARCHAR",
    path: "VARCHAR",
    title: "VARCHAR",
    address: "VARCHAR",
    country: "VARCHAR",
  },
  tail: { at: "TIMESTAMPTZ", seq: "BIGINT", session_id: "BIGINT", kind: "VARCHAR" },
  sessions: { id: "BIGINT", visitor_id: "BIGINT", person: "BIGINT", started_at: "TIMESTAMPTZ", ended_at: "TIMESTAMPTZ", views: "INTEGER" },
  routes: { id: "INTEGER", pattern: "VARCHAR" },
  clients: { id: "INTEGER", browser: "VARCHAR", os: "VARCHAR", device: "VARCHAR", language: "VARCHAR" },
  referrals: { id: "INTEGER", source: "VARCHAR", channel: "VARCHAR", utm_campaign: "VARCHAR" },
} as const satisfies Record<DayStream, Record<string, string>>;

/** What the dashboard showed of the day at the very moment it was streamed. */
export interface LiveDay {
  /** Page views by route pattern. */
  views: Record<string, number>;
  /** Distinct persons with an interaction. */
  users: number;
  /** Interactions. */
  actions: number;
}

// COPY takes no parameters: a query reads its span from settings of the transaction, which are bound.
const SPAN = `
  SELECT set_config('footfall.site', $1, true), set_config('footfall.from', $2, true),
         set_config('footfall.to', $3, true), set_config('footfall.tail', $4, true)`;

const QUERIES: Record<DayStream, string> = {
  events: `
    SELECT at, seq, visitor_id, session_id, user_id, kind, outcome, route_id, client_id, referral_id, duration_ms, time_spent_sec, status,
           method, path, title, address, country
    FROM event
    WHERE site_id = current_setting('footfall.site')::smallint
      AND at >= current_setting('footfall.from')::timestamptz AND at < current_setting('footfall.to')::timestamptz`,
  // What follows the day in sessions that began before its end. A view's time ends after 30 minutes; a session that goes on beyond them has
  // an event within the 30 minutes after that, so an hour is all it takes.
  tail: `
    SELECT e.at, e.seq, e.session_id, e.kind
    FROM event e
    JOIN session s ON s.site_id = e.site_id AND s.id = e.session_id
    WHERE e.site_id = current_setting('footfall.site')::smallint
      AND e.at >= current_setting('footfall.to')::timestamptz AND e.at < current_setting('footfall.tail')::timestamptz
      AND s.started_at < current_setting('footfall.to')::timestamptz`,
  // Begun in the day, or in an earlier one and with an event within the day's first 30 minutes.
  sessions: `
    SELECT id, visitor_id, person, started_at, ended_at, views
    FROM session
    WHERE site_id = current_setting('footfall.site')::smallint
      AND started_at >= current_setting('footfall.from')::timestamptz AND started_at < current_setting('footfall.to')::timestamptz
    UNION ALL
    SELECT id, visitor_id, person, started_at, ended_at, views
    FROM session
    WHERE site_id = current_setting('footfall.site')::smallint AND started_at < current_setting('footfall.from')::timestamptz
      AND id IN (
        SELECT session_id FROM event
        WHERE site_id = current_setting('footfall.site')::smallint
          AND at >= current_setting('footfall.from')::timestamptz
          AND at <= current_setting('footfall.from')::timestamptz + INTERVAL '30 minutes')`,
  routes: `SELECT id, pattern FROM route WHERE site_id = current_setting('footfall.site')::smallint`,
  clients: `SELECT id, browser, os, device, language FROM client`,
  referrals: `SELECT id, source, channel, utm_campaign FROM referral`,
};

const LIVE = `
  SELECT
    coalesce((SELECT json_object_agg(route.pattern, rollup_route.views)
              FROM rollup_route JOIN route ON route.id = rollup_route.route_id
              WHERE rollup_route.site_id = $1 AND grain = 'day' AND day = $2::date AND views > 0), '{}') AS views,
    coalesce(sum(users_m + users_f + users_unknown), 0)::int AS users,
    coalesce(sum(actions), 0)::int AS actions
  FROM rollup WHERE site_id = $1 AND grain = 'day' AND day = $2::date`;

/** As many as there are cores to share with; Postgres writes text at some 400,000 events a second and core. */
const READERS = 2;

type OneFile = Exclude<DayStream, "events">;

/**
 * Streams a local day of a site, and the numbers the dashboard shows of it, out of one snapshot of the database: what is written meanwhile
 * changes neither. Nothing is held in memory. An aborted signal ends it with the signal's reason.
 */
export async function streamDay(url: string, siteId: number, day: LocalDay, files: DayStreamFiles, signal?: AbortSignal): Promise<LiveDay> {
  const parts = files.events.map((file, index) => ({ file, span: partOf(day, index, files.events.length) }));
  return inSnapshot(url, undefined, async (client, snapshot) => {
    await setSpan(client, siteId, day);
    const { rows } = await client.query<LiveDay>(LIVE, [siteId, day.date]);
    const readParts = () =>
      inSnapshot(url, snapshot, async (reader) => {
        for (let part = parts.shift(); part; part = parts.shift()) {
          await setSpan(reader, siteId, part.span);
          await copyInto(reader, QUERIES.events, part.file, signal);
        }
      });
    const readRest = async () => {
      const others = Object.keys(QUERIES).filter((name): name is OneFile => name !== "events");
      for (const name of others) await copyInto(client, QUERIES[name], files[name], signal);
    };
    await Promise.all([readRest(), ...Array.from({ length: READERS }, readParts)]);
    return rows[0] as LiveDay;
  });
}

function partOf(day: LocalDay, index: number, parts: number): { from: number; to: number } {
  const edge = (part: number) => day.from + Math.round(((day.to - day.from) * part) / parts);
  return { from: edge(index), to: edge(index + 1) };
}

/** A connection of its own in a transaction that sees one snapshot: a new one, or one that another such transaction made and still holds. */
async function inSnapshot<T>(url: string, snapshot: string | undefined, read: (client: pg.Client, snapshot: string) => Promise<T>) {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c datestyle=ISO" });
  await client.connect();
  // A lost connection also rejects the running query, which is where it is handled.
  client.on("error", () => undefined);
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // SET TRANSACTION SNAPSHOT takes no parameter; the name is PostgreSQL's own and nothing else passes.
    if (snapshot) await client.query(`SET TRANSACTION SNAPSHOT ${client.escapeLiteral(snapshot)}`);
    const exported = snapshot ?? (await client.query<{ id: string }>("SELECT pg_export_snapshot() AS id")).rows[0]?.id;
    const result = await read(client, exported as string);
    await client.query("COMMIT");
    return result;
  } finally {
    await client.end();
  }
}

async function setSpan(client: pg.Client, siteId: number, span: { from: number; to: number }): Promise<void> {
  const instants = [span.from, span.to, span.to + 2 * SESSION_IDLE_MS].map((instant) => new Date(instant).toISOString());
  await client.query(SPAN, [String(siteId), ...instants]);
}

async function copyInto(client: pg.Client, query: string, file: string, signal: AbortSignal | undefined): Promise<void> {
  const source = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT csv)`, { highWaterMark: 1 << 20 }));
  await pipeline(source, createWriteStream(file, { highWaterMark: 1 << 20 }), { signal });
}
