import pg from "pg";
import { AppError } from "../app-error";

/** A run that stands for a day: a new one, or the one that was already under way. */
export interface QueuedRun {
  id: string;
  workflowId: string;
  date: string;
  /** Whether this call made it. */
  created: boolean;
}

export interface RunRequest {
  siteId: number;
  slug: string;
  /** Local dates. */
  dates: string[];
  /** `schedule`, or who asked for it. */
  startedBy: string;
  /** The backfill these days belong to. */
  range: { from: string; to: string } | null;
}

const INSERT = `
  INSERT INTO pipeline_run (site_id, day, attempt, workflow_id, started_by, range_from, range_to)
  SELECT $1, $2::date, last + 1, concat_ws(':', 'day', $3::text, $2::text, last + 1), $4, $5::date, $6::date
  FROM (SELECT coalesce(max(attempt), 0) AS last FROM pipeline_run WHERE site_id = $1 AND day = $2::date) AS earlier
  ON CONFLICT DO NOTHING
  RETURNING id, workflow_id AS "workflowId"`;

// A run that joins a backfill also takes part in its file.
const JOIN = `
  UPDATE pipeline_run SET range_from = coalesce(range_from, $3::date), range_to = coalesce(range_to, $4::date)
  WHERE site_id = $1 AND day = $2::date AND state IN ('queued', 'running')
  RETURNING id, workflow_id AS "workflowId"`;

/**
 * Makes a run for each day that has none under way, and hands each new one to `enqueue` in the same transaction: there is never a run
 * without its workflow, nor the other way round. A day that is under way already gives that run.
 */
export async function queueRuns(
  url: string,
  { siteId, slug, dates, startedBy, range }: RunRequest,
  enqueue: (client: pg.Client, run: QueuedRun) => Promise<void>,
): Promise<QueuedRun[]> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  client.on("error", () => undefined);
  const span = [range?.from ?? null, range?.to ?? null];
  const queueDay = async (date: string): Promise<QueuedRun> => {
    const inserted = await client.query(INSERT, [siteId, date, slug, startedBy, ...span]);
    if (inserted.rows[0]) {
      const run = { ...inserted.rows[0], date, created: true };
      await enqueue(client, run);
      return run;
    }
    const joined = await client.query(JOIN, [siteId, date, ...span]);
    if (!joined.rows[0]) throw new AppError("conflict", `the run of ${date} ended this very moment: start it again.`);
    return { ...joined.rows[0], date, created: false };
  };
  try {
    await client.query("BEGIN");
    const runs: QueuedRun[] = [];
    for (const date of dates) runs.push(await queueDay(date));
    await client.query("COMMIT");
    return runs;
  } finally {
    await client.end();
  }
}
