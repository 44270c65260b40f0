import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";

/** The files that statistics are streamed into: CSV without a header, NULL unquoted, columns as in `STATISTICS_COLUMNS`. */
export interface StatisticsStreamFiles {
  statistics: string;
  routes: string;
}

/** The columns of each stream, in order, with what DuckDB calls their types. Times are milliseconds. */
export const STATISTICS_COLUMNS = {
  statistics: {
    day: "DATE",
    address: "VARCHAR",
    route_id: "INTEGER",
    accesses: "INTEGER",
    timed: "INTEGER",
    total_ms: "BIGINT",
    max_ms: "BIGINT",
    min_ms: "BIGINT",
  },
  routes: { id: "INTEGER", pattern: "VARCHAR" },
} as const satisfies Record<keyof StatisticsStreamFiles, Record<string, string>>;

const SPAN = "SELECT set_config('footfall.site', $1, true), set_config('footfall.first', $2, true), set_config('footfall.last', $3, true)";

const QUERIES: Record<keyof StatisticsStreamFiles, string> = {
  statistics: `
    SELECT day, address, route_id, accesses, timed, total_ms, max_ms, min_ms FROM daily_address_page
    WHERE site_id = current_setting('footfall.site')::smallint
      AND day BETWEEN current_setting('footfall.first')::date AND current_setting('footfall.last')::date`,
  routes: "SELECT id, pattern FROM route WHERE site_id = current_setting('footfall.site')::smallint",
};

/** Streams the statistics of the days `from` to `to` (local dates, inclusive) by address and page out of one snapshot, in no order. */
export async function streamStatistics(
  url: string,
  query: { siteId: number; from: string; to: string },
  files: StatisticsStreamFiles,
  signal?: AbortSignal,
): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c datestyle=ISO" });
  await client.connect();
  client.on("error", () => undefined);
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query(SPAN, [String(query.siteId), query.from, query.to]);
    for (const stream of ["statistics", "routes"] as const) {
      const source = client.query(copyTo(`COPY (${QUERIES[stream]}) TO STDOUT (FORMAT csv)`, { highWaterMark: 1 << 20 }));
      await pipeline(source, createWriteStream(files[stream], { highWaterMark: 1 << 20 }), { signal });
    }
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}
