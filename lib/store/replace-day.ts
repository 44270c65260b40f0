import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { AppError } from "../app-error";

/** CSV files without a header, with the columns of `COPIES` in order. */
export interface DayStatisticsFiles {
  addressPages: string;
  addresses: string;
  pages: string;
}

const COPIES: Record<keyof DayStatisticsFiles, string> = {
  addressPages:
    "COPY daily_address_page (site_id, day, address, route_id, accesses, timed, total_ms, max_ms, min_ms) FROM STDIN (FORMAT csv)",
  addresses: `COPY daily_address (site_id, day, address, accesses, timed, total_ms, max_ms, min_ms, pages, first_at, last_at, country)
              FROM STDIN (FORMAT csv)`,
  pages: "COPY daily_page (site_id, day, route_id, accesses, timed, total_ms, max_ms, min_ms, addresses) FROM STDIN (FORMAT csv)",
};

const DELETES = [
  "DELETE FROM daily_address_page WHERE site_id = $1 AND day = $2::date",
  "DELETE FROM daily_address WHERE site_id = $1 AND day = $2::date",
  "DELETE FROM daily_page WHERE site_id = $1 AND day = $2::date",
];

// Of two loads of one day the second sees what the first has written, and replaces it.
const ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(':', 'footfall.load', $1::text, $2::text), 0))";
const STILL_RUNNING = "SELECT 1 FROM pipeline_run WHERE id = $1 AND state = 'running' FOR UPDATE";

/**
 * Puts a day's statistics in the place of those it had, in one transaction. It commits only while its run is running: a run that was
 * cancelled meanwhile changes nothing, and throws `conflict`. Returns how many rows there are now.
 */
export async function replaceDay(
  url: string,
  run: { id: string; siteId: number; date: string },
  files: DayStatisticsFiles,
  signal?: AbortSignal,
): Promise<number> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  client.on("error", () => undefined);
  try {
    await client.query("BEGIN");
    await client.query(ONE_AT_A_TIME, [run.siteId, run.date]);
    for (const statement of DELETES) await client.query(statement, [run.siteId, run.date]);
    let rows = 0;
    for (const table of Object.keys(COPIES) as (keyof DayStatisticsFiles)[]) {
      const copy = client.query(copyFrom(COPIES[table]));
      await pipeline(createReadStream(files[table], { highWaterMark: 1 << 18 }), copy, { signal });
      rows += copy.rowCount ?? 0;
    }
    const running = await client.query(STILL_RUNNING, [run.id]);
    if (running.rowCount !== 1) throw new AppError("conflict", `run ${run.id} is no longer running, so it may not load ${run.date}.`);
    await client.query("COMMIT");
    return rows;
  } finally {
    await client.end();
  }
}
