import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Db } from "../db/client";
import { readErasureMark, unlessErased } from "../store/erasures";
import { claimAggregate } from "../store/pipeline-runs";
import { STATISTICS_COLUMNS, type StatisticsStreamFiles, streamStatistics } from "../store/stream-statistics";
import { forgetIfErased } from "./forget-if-erased";
import { load } from "./load";
import { type DuckValues, withDuckDb } from "./open-duckdb";
import { readCsv } from "./read-csv";
import type { StepContext, StepResult } from "./step";
import { writeAtomically } from "./write-atomically";

/** What it takes to write files of a site's statistics; `work` is a folder for what passes between the engines. */
type PublishContext = Pick<StepContext, "databaseUrl" | "work" | "signal" | "log"> & {
  site: { id: number };
  files: { aggregate: string };
  /** Puts a file in its place, or throws. */
  place?: (move: () => Promise<void>) => Promise<void>;
};

/** Local dates, inclusive. */
interface Range {
  from: string;
  to: string;
}

const STATISTICS = `
  ${readCsv("statistics", STATISTICS_COLUMNS.statistics)} AS statistic
  JOIN (SELECT id, as_cell(pattern) AS pattern FROM ${readCsv("routes", STATISTICS_COLUMNS.routes)}) AS routes ON routes.id = statistic.route_id`;

// Not rounded, and a whole number without a fraction; a mean, maximum or minimum over nothing is empty.
const AS_TEXT = "CREATE MACRO as_text(number) AS CASE WHEN number = trunc(number) THEN number::BIGINT::VARCHAR ELSE number::VARCHAR END";
// A page of an imported file may be named like a formula, which a spreadsheet would run: it gets an apostrophe before it.
const AS_CELL = String.raw`
  CREATE MACRO as_cell(name) AS
    CASE WHEN regexp_matches(name, '^[\s\x{a0}]*[=+\-@|\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]|^[\t\r\n]') THEN '''' || name ELSE name END`;
const seconds = (ms: string) => `as_text((${ms})::DOUBLE / 1000)`;

// Addresses and pages in the order of their bytes, which is DuckDB's, so that a file is the same on every machine.
const DAILY = `
  COPY (
    SELECT day AS date, address AS ip_address, pattern AS page_accessed, accesses AS page_accesses,
           ${seconds("total_ms")} AS total_time_spent_in_sec,
           as_text(total_ms::DOUBLE / 1000 / nullif(timed, 0)) AS avg_time_spent_in_sec,
           ${seconds("max_ms")} AS max_time_spent_in_sec,
           ${seconds("min_ms")} AS min_time_spent_in_sec
    FROM ${STATISTICS} ORDER BY address, pattern
  ) TO $to (FORMAT csv, HEADER true)`;

const AGGREGATE = `
  COPY (
    SELECT address AS ip_address, pattern AS page_accessed,
           ${seconds("sum(total_ms)")} AS total_time_spent_in_sec,
           as_text(sum(total_ms)::DOUBLE / 1000 / nullif(sum(timed), 0)) AS avg_time_spent_in_sec,
           ${seconds("max(max_ms)")} AS max_time_spent_in_sec,
           ${seconds("min(min_ms)")} AS min_time_spent_in_sec
    FROM ${STATISTICS} GROUP BY address, pattern ORDER BY address, pattern
  ) TO $to (FORMAT csv, HEADER true)`;

const DAILY_COLUMNS = {
  date: "VARCHAR",
  ip_address: "VARCHAR",
  page_accessed: "VARCHAR",
  page_accesses: "VARCHAR",
  total_time_spent_in_sec: "VARCHAR",
  avg_time_spent_in_sec: "VARCHAR",
  max_time_spent_in_sec: "VARCHAR",
  min_time_spent_in_sec: "VARCHAR",
};

// Over one day alone it is that day's file without two of its columns, in the same order.
const AGGREGATE_OF_ONE_DAY = `
  COPY (SELECT * EXCLUDE (date, page_accesses) FROM ${readCsv("daily", DAILY_COLUMNS, { header: true })}) TO $to (FORMAT csv, HEADER true)`;

/** Writes the day's CSV from what the database now holds; the last of several days also the file over all of them. */
export async function publish(step: StepContext): Promise<StepResult> {
  if (await forgetIfErased(step)) await load(step);
  const context = { ...step, place: await placeUnlessErased(step) };
  const { date } = context.day;
  const daily = await writeStatistics(context, DAILY, context.files.daily(date), { from: date, to: date });
  const days = await claimAggregate(context.db, context.runId);
  if (days?.from === date && days.to === date)
    await writeFileOf(context, context.files.aggregate, AGGREGATE_OF_ONE_DAY, { daily: context.files.daily(date) });
  else if (days) await writeAggregate(context, days);
  return daily;
}

/** Writes a site's `agg_data.csv` over a range of days. */
export async function publishAggregate(context: PublishContext & { db: Db }, range: Range): Promise<StepResult> {
  return writeAggregate({ ...context, place: await placeUnlessErased(context) }, range);
}

/** To be asked for before anything is read: of who is erased from then on nothing is put in place. */
async function placeUnlessErased({ db, site }: { db: Db; site: { id: number } }): Promise<NonNullable<PublishContext["place"]>> {
  const mark = await readErasureMark(db, site.id);
  return (move) => unlessErased(db, site.id, mark, move);
}

/** The same into any place, as of now. */
export function writeAggregate(context: PublishContext, range: Range): Promise<StepResult> {
  return writeStatistics(context, AGGREGATE, context.files.aggregate, range);
}

async function writeStatistics(context: PublishContext, copy: string, file: string, range: Range): Promise<StepResult> {
  const { databaseUrl, site, work, signal } = context;
  await mkdir(work, { recursive: true });
  const streams: StatisticsStreamFiles = {
    statistics: path.join(work, "statistics.csv"),
    routes: path.join(work, "statistics-routes.csv"),
  };
  await streamStatistics(databaseUrl, { siteId: site.id, ...range }, streams, signal);
  return writeFileOf(context, file, copy, { ...streams });
}

async function writeFileOf(
  { work, signal, log, place }: PublishContext,
  file: string,
  copy: string,
  values: DuckValues,
): Promise<StepResult> {
  let rows = 0;
  const bytes = await withDuckDb(path.join(work, "spill"), signal, async (duck) => {
    for (const macro of [AS_TEXT, AS_CELL]) await duck.run(macro);
    return writeAtomically(
      file,
      async (to) => {
        const [written] = await duck.rows<{ Count: bigint }>(copy, { ...values, to });
        rows = Number(written?.Count);
      },
      place,
    );
  });
  log(`${path.basename(file)}: ${rows.toLocaleString("en")} rows, ${bytes.toLocaleString("en")} bytes`);
  return { rows, bytes };
}
