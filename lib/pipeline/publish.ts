import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { claimAggregate } from "../store/pipeline-runs";
import { STATISTICS_COLUMNS, type StatisticsStreamFiles, streamStatistics } from "../store/stream-statistics";
import { type Duck, withDuckDb } from "./open-duckdb";
import { readCsv } from "./read-csv";
import type { StepContext, StepResult } from "./step";
import { writeAtomically } from "./write-atomically";

/** What it takes to write files of a site's statistics; `work` is a folder for what passes between the engines. */
export type PublishContext = Pick<StepContext, "databaseUrl" | "work" | "signal" | "log"> & {
  site: { id: number };
  files: { aggregate: string };
};

/** Local dates, inclusive. */
interface Range {
  from: string;
  to: string;
}

const STATISTIC = `
  CREATE TABLE statistic AS
  SELECT day, address, pattern, accesses, timed, total_ms, max_ms, min_ms
  FROM ${readCsv("statistics", STATISTICS_COLUMNS.statistics)} AS statistics
  JOIN ${readCsv("routes", STATISTICS_COLUMNS.routes)} AS routes ON routes.id = statistics.route_id`;

// Not rounded, and a whole number without a fraction; a mean, maximum or minimum over nothing is empty.
const AS_TEXT = "CREATE MACRO as_text(number) AS CASE WHEN number = trunc(number) THEN number::BIGINT::VARCHAR ELSE number::VARCHAR END";
const seconds = (ms: string) => `as_text((${ms})::DOUBLE / 1000)`;

// Addresses and pages in the order of their bytes, which is DuckDB's, so that a file is the same on every machine.
const DAILY = `
  COPY (
    SELECT day AS date, address AS ip_address, pattern AS page_accessed, accesses AS page_accesses,
           ${seconds("total_ms")} AS total_time_spent_in_sec,
           as_text(total_ms::DOUBLE / 1000 / nullif(timed, 0)) AS avg_time_spent_in_sec,
           ${seconds("max_ms")} AS max_time_spent_in_sec,
           ${seconds("min_ms")} AS min_time_spent_in_sec
    FROM statistic ORDER BY address, pattern
  ) TO $to (FORMAT csv, HEADER true)`;

const AGGREGATE = `
  COPY (
    SELECT address AS ip_address, pattern AS page_accessed,
           ${seconds("sum(total_ms)")} AS total_time_spent_in_sec,
           as_text(sum(total_ms)::DOUBLE / 1000 / nullif(sum(timed), 0)) AS avg_time_spent_in_sec,
           ${seconds("max(max_ms)")} AS max_time_spent_in_sec,
           ${seconds("min(min_ms)")} AS min_time_spent_in_sec
    FROM statistic GROUP BY address, pattern ORDER BY address, pattern
  ) TO $to (FORMAT csv, HEADER true)`;

/** Writes the day's CSV from what the database now holds; the last of several days also the file over all of them. */
export async function publish(context: StepContext): Promise<StepResult> {
  const { date } = context.day;
  let days: Range | null = null;
  const daily = await withStatistics(context, { from: date, to: date }, async (duck) => {
    const result = await writeFileOf(duck, DAILY, context.files.daily(date), context);
    days = await claimAggregate(context.db, context.runId);
    if (!isOnly(date, days)) return result;
    await writeFileOf(duck, AGGREGATE, context.files.aggregate, context);
    days = null;
    return result;
  });
  if (days) await publishAggregate(context, days);
  return daily;
}

const isOnly = (date: string, days: Range | null) => days?.from === date && days.to === date;

/** Writes `agg_data.csv` over a range of days. */
export function publishAggregate(context: PublishContext, range: Range): Promise<StepResult> {
  return withStatistics(context, range, (duck) => writeFileOf(duck, AGGREGATE, context.files.aggregate, context));
}

async function withStatistics<T>(context: PublishContext, range: Range, use: (duck: Duck) => Promise<T>): Promise<T> {
  const { databaseUrl, site, work, signal } = context;
  await mkdir(work, { recursive: true });
  const files: StatisticsStreamFiles = { statistics: path.join(work, "statistics.csv"), routes: path.join(work, "statistics-routes.csv") };
  await streamStatistics(databaseUrl, { siteId: site.id, ...range }, files, signal);
  return withDuckDb(path.join(work, "spill"), signal, async (duck) => {
    await duck.run(AS_TEXT);
    await duck.run(STATISTIC, { ...files });
    await Promise.all(Object.values(files).map((file) => rm(file)));
    return use(duck);
  });
}

async function writeFileOf(duck: Duck, copy: string, file: string, { log }: PublishContext): Promise<StepResult> {
  let rows = 0;
  const bytes = await writeAtomically(file, async (to) => {
    const [written] = await duck.rows<{ Count: bigint }>(copy, { to });
    rows = Number(written?.Count);
  });
  log(`${path.basename(file)}: ${rows.toLocaleString("en")} rows, ${bytes.toLocaleString("en")} bytes`);
  return { rows, bytes };
}
