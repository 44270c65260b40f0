import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { addDays } from "../metrics/calendar";
import { markCancelled } from "../store/pipeline-runs";
import { type QueuedRun, queueRuns } from "../store/queue-runs";
import type { Site } from "../store/read-site";
import { QUEUE_NAME, WORKFLOW_NAME } from "./names";
import { runClient } from "./run-client";

/** More days than this in one backfill are asked for in parts. */
const MAX_DAYS = 1_100;

export interface StartRequest {
  site: Pick<Site, "id" | "slug" | "eventsFrom">;
  /** Local dates, inclusive. */
  from: string;
  to: string;
  /** `schedule`, or who asked for it. */
  startedBy: string;
}

/**
 * Queues a run for each day from `from` to `to`, as one backfill. A day that is under way already is not started twice. Throws `invalid`, also for a
 * day whose events are forgotten.
 */
export function startBackfill(databaseUrl: string, { site, from, to, startedBy }: StartRequest): Promise<QueuedRun[]> {
  if (to < from) throw new AppError("invalid", `to: ${to} is before ${from}.`, { field: "to" });
  if (site.eventsFrom !== null && from < site.eventsFrom)
    throw new AppError("invalid", `from: the events before ${site.eventsFrom} are forgotten.`, { field: "from" });
  const dates: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    if (dates.length === MAX_DAYS) throw new AppError("invalid", `to: at most ${MAX_DAYS} days at once.`, { field: "to" });
    dates.push(date);
  }
  return startDays(databaseUrl, site, dates, startedBy, { from, to });
}

/** Queues a run for each of these days. */
export async function startDays(
  databaseUrl: string,
  site: { id: number; slug: string },
  dates: string[],
  startedBy: string,
  range: { from: string; to: string } | null,
): Promise<QueuedRun[]> {
  const client = await runClient(databaseUrl);
  return queueRuns(databaseUrl, { siteId: site.id, slug: site.slug, dates, startedBy, range }, async (connection, run) => {
    await client.enqueueInTransaction(
      connection,
      { queueName: QUEUE_NAME, workflowName: WORKFLOW_NAME, workflowID: run.workflowId },
      run.id,
    );
  });
}

/** Cancels a run: a queued one never starts, a running one stops within about a second. Throws `not-found` or, when it has ended, `conflict`. */
export async function cancelRun(db: Db, databaseUrl: string, runId: string, by: string): Promise<void> {
  const workflowId = await markCancelled(db, runId, by);
  const client = await runClient(databaseUrl);
  await client.cancelWorkflow(workflowId);
}
