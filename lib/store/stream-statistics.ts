import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";

/** `daily`: a line a day, address and page. `aggregate`: a line an address and page, over all the days. */
export type StatisticsShape = "daily" | "aggregate";

const SPAN = "SELECT set_config('footfall.site', $1, true), set_config('footfall.first', $2, true), set_config('footfall.last', $3, true)";

const IN_SPAN = `
  FROM daily_address_page AS statistic
  JOIN route ON route.id = statistic.route_id
  WHERE statistic.site_id = current_setting('footfall.site')::smallint
    AND day BETWEEN current_setting('footfall.first')::date AND current_setting('footfall.last')::date`;

// Addresses and pages in the order of their bytes, so that a file is the same on every machine.
const QUERIES: Record<StatisticsShape, string> = {
  daily: `
    SELECT day AS date, address AS ip_address, pattern AS page_accessed, accesses AS page_accesses,
           total_ms::float8 / 1000 AS total_time_spent_in_sec,
           total_ms::float8 / 1000 / nullif(timed, 0) AS avg_time_spent_in_sec,
           max_ms::float8 / 1000 AS max_time_spent_in_sec,
           min_ms::float8 / 1000 AS min_time_spent_in_sec
    ${IN_SPAN}
    ORDER BY day, address COLLATE "C", pattern COLLATE "C"`,
  aggregate: `
    SELECT address COLLATE "C" AS ip_address, pattern COLLATE "C" AS page_accessed,
           sum(total_ms)::float8 / 1000 AS total_time_spent_in_sec,
           sum(total_ms)::float8 / 1000 / nullif(sum(timed), 0) AS avg_time_spent_in_sec,
           max(max_ms)::float8 / 1000 AS max_time_spent_in_sec,
           min(min_ms)::float8 / 1000 AS min_time_spent_in_sec
    ${IN_SPAN}
    GROUP BY 1, 2
    ORDER BY 1, 2`,
};

/**
 * Writes the statistics of the days `from` to `to` (local dates, inclusive) as CSV with a header into `target`, and ends it.
 * Seconds are not rounded; a mean, maximum or minimum over nothing is empty. Nothing is held in memory.
 */
export async function streamStatistics(
  url: string,
  query: { siteId: number; from: string; to: string; shape: StatisticsShape },
  target: Writable,
  signal?: AbortSignal,
): Promise<{ rows: number }> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c datestyle=ISO" });
  await client.connect();
  client.on("error", () => undefined);
  try {
    await client.query("BEGIN READ ONLY");
    // Millions of lines are sorted; with the server's default that goes to disk many times over.
    await client.query("SET LOCAL work_mem = '96MB'");
    await client.query(SPAN, [String(query.siteId), query.from, query.to]);
    const source = client.query(copyTo(`COPY (${QUERIES[query.shape]}) TO STDOUT (FORMAT csv, HEADER true)`));
    await pipeline(source, target, { signal });
    await client.query("COMMIT");
    return { rows: source.rowCount ?? 0 };
  } finally {
    await client.end();
  }
}
