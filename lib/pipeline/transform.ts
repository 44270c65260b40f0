import { stat } from "node:fs/promises";
import path from "node:path";
import { SESSION_IDLE_MS } from "../metrics/catalogue";
import { extract, WORK_FILES } from "./extract";
import { haveFiles } from "./have-files";
import { withDuckDb } from "./open-duckdb";
import type { StepContext, StepResult } from "./step";
import { UNKNOWN_ADDRESS } from "./unknown-address";

/** The day's figures as transform leaves them for load: CSV without a header, columns as in the tables of the same name. */
export const STATISTICS_FILES = { addressPages: "address-pages.csv", addresses: "addresses.csv", pages: "pages.csv" } as const;

/** What each session's views add up to, for reconcile. */
export const SESSION_TIMES_FILE = "session-times.parquet";

// One row a view. A view with nothing after it in its session has no time; an imported one has the file's own.
const VIEWS = `
  CREATE TABLE view AS
  WITH event AS (
    SELECT session_id, epoch_ms("at") AS at_ms, seq, kind = 'view' AS is_view, true AS in_day, route_id, address, country, time_spent_sec
    FROM read_parquet($events)
    UNION ALL
    SELECT session_id, epoch_ms("at"), seq, kind = 'view', false, NULL, NULL, NULL, NULL
    FROM read_parquet($tail)
  ),
  followed AS (
    SELECT *,
           lead(CASE WHEN is_view THEN at_ms END IGNORE NULLS) OVER in_order AS next_view_ms,
           lead(at_ms) OVER in_order AS next_ms,
           max(at_ms) OVER (PARTITION BY session_id) AS last_ms
    FROM event
    WINDOW in_order AS (PARTITION BY session_id ORDER BY at_ms, seq)
  )
  SELECT session_id, at_ms, coalesce(next_view_ms, last_ms) - at_ms AS until_next_ms, route_id, coalesce(address, '${UNKNOWN_ADDRESS}') AS address, country,
         CASE WHEN time_spent_sec IS NOT NULL THEN round(time_spent_sec::DOUBLE * 1000)::BIGINT
              WHEN next_ms IS NULL THEN NULL
              ELSE least(coalesce(next_view_ms, last_ms) - at_ms, ${SESSION_IDLE_MS})
         END AS spent_ms
  FROM followed
  WHERE is_view AND in_day`;

// Each view is read once; the figures by address and by page are sums of these.
const STATISTIC = `
  CREATE TABLE statistic AS
  SELECT address, route_id, count(*) AS accesses, count(spent_ms) AS timed, coalesce(sum(spent_ms), 0)::BIGINT AS total_ms,
         max(spent_ms) AS max_ms, min(spent_ms) AS min_ms, min(at_ms) AS first_ms, max(at_ms) AS last_ms,
         arg_max(country, at_ms) AS country, max(at_ms) FILTER (country IS NOT NULL) AS country_ms
  FROM view GROUP BY address, route_id`;

const KEY = "$site::SMALLINT, $day::VARCHAR";
const SUMS = "sum(accesses)::BIGINT, sum(timed)::BIGINT, sum(total_ms)::BIGINT, max(max_ms), min(min_ms)";
const AS_CSV = "(FORMAT csv, HEADER false)";
const instant = (ms: string) => `strftime(make_timestamptz(${ms} * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')`;

// In the order of the table's key: its index then grows at one end, which makes load several times faster.
const ADDRESS_PAGES = `
  COPY (SELECT ${KEY}, address, route_id, accesses, timed, total_ms, max_ms, min_ms FROM statistic ORDER BY address, route_id) TO $to ${AS_CSV}`;
const ADDRESSES = `
  COPY (
    SELECT ${KEY}, address, ${SUMS}, count(*), ${instant("min(first_ms)")}, ${instant("max(last_ms)")}, arg_max(country, country_ms)
    FROM statistic GROUP BY address ORDER BY address
  ) TO $to ${AS_CSV}`;
const PAGES = `COPY (SELECT ${KEY}, route_id, ${SUMS}, count(*) FROM statistic GROUP BY route_id) TO $to ${AS_CSV}`;
const SESSION_TIMES = `
  COPY (
    SELECT session_id, count(*) AS views, min(at_ms) AS first_view_ms, sum(until_next_ms)::BIGINT AS until_next_ms,
           coalesce(sum(spent_ms), 0)::BIGINT AS spent_ms
    FROM view GROUP BY session_id
  ) TO $to (FORMAT parquet)`;

/** Computes, from the archive alone, the time spent of each view, and the figures by address and page, by address, and by page. */
export async function transform(context: StepContext): Promise<StepResult> {
  const inWork = (name: string) => path.join(context.work, name);
  const events = context.files.events(context.day.date);
  const tail = inWork(WORK_FILES.tail);
  if (!(await haveFiles([events, tail]))) {
    context.log("the extracted files are not here: extracting again");
    await extract(context);
  }
  return withDuckDb(inWork("spill"), context.signal, async (duck) => {
    const started = Date.now();
    await duck.run(VIEWS, { events, tail });
    const [views] = await duck.rows<{ count: bigint }>("SELECT count(*) AS count FROM view");
    context.log(`time spent of ${Number(views?.count).toLocaleString("en")} views in ${Date.now() - started} ms`);
    await duck.run(SESSION_TIMES, { to: inWork(SESSION_TIMES_FILE) });
    await duck.run(STATISTIC);
    await duck.run("DROP TABLE view");
    const key = { site: context.site.id, day: context.day.date };
    await duck.run(ADDRESS_PAGES, { ...key, to: inWork(STATISTICS_FILES.addressPages) });
    await duck.run(ADDRESSES, { ...key, to: inWork(STATISTICS_FILES.addresses) });
    await duck.run(PAGES, { ...key, to: inWork(STATISTICS_FILES.pages) });
    const bytes = (await stat(inWork(STATISTICS_FILES.addressPages))).size;
    return { rows: Number(views?.count), bytes };
  });
}
