import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { readErasureMark, unlessErased } from "../store/erasures";
import { DAY_COLUMNS, type DayStream, type DayStreamFiles, type LiveDay, streamDay } from "../store/stream-day";
import { withDuckDb } from "./open-duckdb";
import { readCsv } from "./read-csv";
import type { StepContext, StepResult } from "./step";
import { writeAtomically } from "./write-atomically";

/** What extract leaves in the run's folder for the steps after it, beside the archive of the day. */
export const WORK_FILES = { tail: "tail.parquet", sessions: "sessions.parquet", live: "live.json", erasures: "erasures.txt" } as const;

const readStream = (stream: DayStream) => readCsv(stream, DAY_COLUMNS[stream]);

// At zstd's first level: the file is as small as at the third, where a third more time goes.
const EVENTS = `
  COPY (
    SELECT events."at", seq, visitor_id, session_id, user_id, kind, outcome, method,
           routes.pattern AS route, coalesce(path, routes.pattern) AS path, title, status, duration_ms, time_spent_sec, address, country,
           browser, os, device, language, channel, source, utm_campaign, route_id
    FROM ${readStream("events")} AS events
    JOIN ${readStream("routes")} AS routes ON routes.id = events.route_id
    LEFT JOIN ${readStream("clients")} AS clients ON clients.id = events.client_id
    LEFT JOIN ${readStream("referrals")} AS referrals ON referrals.id = events.referral_id
  ) TO $to (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`;

/** Enough that two readers end at about the same time, whatever the hours of a site are. */
const PARTS = 8;

/** Streams the day out of Postgres and makes the archive of it, `events/date=….parquet`. */
export async function extract(context: StepContext): Promise<StepResult> {
  const { site, day, files, work, signal, log } = context;
  const started = Date.now();
  await mkdir(work, { recursive: true });
  const inWork = (name: string) => path.join(work, name);
  const mark = await readErasureMark(context.db, site.id);
  await writeFile(inWork(WORK_FILES.erasures), mark);
  const streams = streamFiles(work);
  const live = await streamDay(context.databaseUrl, site.id, day, streams, signal);
  await writeFile(inWork(WORK_FILES.live), JSON.stringify(live satisfies LiveDay));
  log(`streamed the day in ${Date.now() - started} ms`);
  const archive = files.events(day.date);
  const result = await withDuckDb(inWork("spill"), signal, async (duck) => {
    for (const name of ["tail", "sessions"] as const) {
      await duck.run(`COPY (FROM ${readStream(name)}) TO $to (FORMAT parquet)`, { [name]: streams[name], to: inWork(WORK_FILES[name]) });
    }
    const { routes, clients, referrals } = streams;
    const bytes = await writeAtomically(
      archive,
      (to) => duck.run(EVENTS, { events: streams.events, routes, clients, referrals, to }),
      (move) => unlessErased(context.db, site.id, mark, move),
    );
    const [count] = await duck.rows<{ rows: bigint }>("SELECT count(*) AS rows FROM read_parquet($archive)", { archive });
    return { rows: Number(count?.rows), bytes };
  });
  await Promise.all(
    Object.values(streams)
      .flat()
      .map((file) => rm(file, { force: true })),
  );
  log(`${path.basename(archive)}: ${result.rows.toLocaleString("en")} events, ${result.bytes.toLocaleString("en")} bytes`);
  return { ...result, actions: live.actions };
}

function streamFiles(work: string): DayStreamFiles {
  const file = (name: string) => path.join(work, `${name}.csv`);
  return {
    events: Array.from({ length: PARTS }, (_, part) => file(`events-${part}`)),
    tail: file("tail"),
    sessions: file("sessions"),
    routes: file("routes"),
    clients: file("clients"),
    referrals: file("referrals"),
  };
}
