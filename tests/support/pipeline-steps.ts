import type { Db } from "../../lib/db/client";
import { localDay } from "../../lib/metrics/calendar";
import { runStep } from "../../lib/pipeline/run-step";
import { siteFiles } from "../../lib/pipeline/site-files";
import type { StepContext, StepName } from "../../lib/pipeline/step";
import { beginRun, endRun } from "../../lib/store/pipeline-runs";
import { queueRuns } from "../../lib/store/queue-runs";

/** A run's context for its tasks, without the workflow around them. */
export async function openRun(
  { url, db }: { url: string; db: Db },
  dataFolder: string,
  site: { id: number; slug: string; timezone: string },
  date: string,
): Promise<Omit<StepContext, "log">> {
  const request = { siteId: site.id, slug: site.slug, dates: [date], startedBy: "test", range: null };
  const [run] = await queueRuns(url, request, async () => undefined);
  if (!run) throw new Error("no run");
  await beginRun(db, run.id);
  const files = siteFiles(dataFolder, site.slug);
  const day = localDay(site.timezone, date);
  return { runId: run.id, site, day, range: null, db, databaseUrl: url, files, work: files.work(run.id), signal: undefined };
}

/** Does the steps of a day one after the other. */
export async function runSteps(
  context: Omit<StepContext, "log">,
  steps: StepName[] = ["extract", "transform", "load", "reconcile", "publish"],
) {
  for (const step of steps) await runStep(step, context);
  await endRun(context.db, context.runId, null);
}
