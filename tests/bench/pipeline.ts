// The daily pipeline over one day of many events: how long from extract to publish, and how much memory at most.
//   node --import tsx tests/bench/pipeline.ts --events 10000000
// A throw-away database is filled first, which takes longer than the measurement. `--json` prints the figures alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { openDatabase } from "../../lib/db/client";
import { joinEmbeddedPostgres } from "../../lib/db/embedded/join-embedded-postgres";
import { stopPostmaster } from "../../lib/db/embedded/postmaster";
import { migrate } from "../../lib/db/migrate";
import { runStep } from "../../lib/pipeline/run-step";
import type { StepName } from "../../lib/pipeline/step";
import { readSite } from "../../lib/store/read-site";
import { openRun } from "../support/pipeline-steps";

const DAY = "2026-10-15";
const STEPS: StepName[] = ["extract", "transform", "load", "reconcile", "publish"];
const EVENTS_A_SESSION = 10;

export interface PipelineFigures {
  events: number;
  /** Seconds of each step. */
  seconds: Record<string, number>;
  /** From extract to publish. */
  totalSec: number;
  /** Resident memory of this process at most, DuckDB's included. */
  peakMb: number;
}

/** Fills one day: sessions of ten events, six of them views, from a fifth as many addresses as sessions; busy pages are seen more often. */
async function fill(url: string, siteId: number, events: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c synchronous_commit=off" });
  await client.connect();
  const sessions = Math.ceil(events / EVENTS_A_SESSION);
  await client.query("SELECT ensure_event_partition($1::timestamptz)", [DAY]);
  await client.query("INSERT INTO route (site_id, pattern) SELECT $1, '/page-' || page FROM generate_series(1, 50) AS page", [siteId]);
  await client.query(
    `CREATE UNLOGGED TABLE bench_session AS
     SELECT session, (random() * $1 / 5)::int AS visitor, $2::timestamptz + session * (INTERVAL '23 hours 50 minutes' / $1) AS started
     FROM generate_series(1, $1::int) AS session`,
    [sessions, DAY],
  );
  await client.query(
    `INSERT INTO event (at, seq, visitor_id, session_id, id, kind, outcome, route_id, duration_ms, site_id, status, method, path, address, country)
     SELECT date_trunc('milliseconds', started + n * INTERVAL '55 seconds'), session * 10 + n, visitor, session * 10 + 1, gen_random_uuid(),
            (CASE WHEN n IN (3, 5, 8) THEN 'ping' WHEN n = 6 THEN 'action' ELSE 'view' END)::event_kind, 'success', route.id, 12.5, $1, 200, 'GET',
            route.pattern || '?item=' || session % 1000, concat_ws('.', 10, visitor / 65536, visitor / 256 % 256, visitor % 256), 'DE'
     FROM bench_session
     CROSS JOIN generate_series(1, 10) AS n
     JOIN route ON route.site_id = $1 AND route.pattern = '/page-' || 1 + floor(50 * power(((session * 7919 + n * 104729) % 1000) / 1000.0, 3))::int
     ORDER BY started + n * INTERVAL '55 seconds'`,
    [siteId],
  );
  await client.query(
    `INSERT INTO session (site_id, id, visitor_id, person, started_at, ended_at, last_seq, interactions, views)
     SELECT $1, session * 10 + 1, visitor, -visitor, date_trunc('milliseconds', started + INTERVAL '55 seconds'),
            date_trunc('milliseconds', started + INTERVAL '550 seconds'), session * 10 + 10, 7, 6 FROM bench_session`,
    [siteId],
  );
  await client.query(
    `INSERT INTO rollup_route (site_id, grain, day, hour, route_id, views)
     SELECT $1, 'day', $2::date, 0, route_id, count(*) FROM event WHERE site_id = $1 AND kind = 'view' GROUP BY route_id`,
    [siteId, DAY],
  );
  await client.query(
    `INSERT INTO rollup (site_id, grain, day, hour, actions, users_unknown)
     SELECT $1, 'day', $2::date, 0, count(*) FILTER (WHERE kind <> 'ping'), count(DISTINCT visitor_id) FROM event WHERE site_id = $1`,
    [siteId, DAY],
  );
  await client.query("DROP TABLE bench_session");
  await client.query("ANALYZE");
  await client.end();
}

/** Runs the day once, against a database filled as above. */
export async function measure(url: string, dataFolder: string, events: number): Promise<PipelineFigures> {
  const db = openDatabase(url);
  const context = await openRun({ url, db }, dataFolder, await readSite(db, "demo"), DAY);
  const seconds: Record<string, number> = {};
  for (const step of STEPS) {
    const started = performance.now();
    await runStep(step, context);
    seconds[step] = (performance.now() - started) / 1000;
  }
  await db.$disconnect();
  const totalSec = Object.values(seconds).reduce((sum, each) => sum + each, 0);
  return { events, seconds, totalSec, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: "string", default: "1000000" }, json: { type: "boolean", default: false } } });
  const events = Number(values.events);
  const folder = await mkdtemp(path.join(tmpdir(), "footfall-bench-"));
  const postgres = await joinEmbeddedPostgres(folder, { durable: false });
  try {
    await migrate(postgres.url, { timezone: "UTC", ownerEmail: undefined, ownerPassword: undefined });
    const db = openDatabase(postgres.url);
    const site = await readSite(db, "demo");
    await db.$disconnect();
    if (!values.json) process.stderr.write(`filling ${events.toLocaleString("en")} events …\n`);
    await fill(postgres.url, site.id, events);
    const figures = await measure(postgres.url, folder, events);
    process.stdout.write(`${JSON.stringify(figures, null, values.json ? undefined : 2)}\n`);
  } finally {
    await postgres.release();
    await stopPostmaster(postgres.home);
    await rm(postgres.home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) void main();
