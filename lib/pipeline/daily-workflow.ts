import { rm } from "node:fs/promises";
import { DBOS, type StepConfig } from "@dbos-inc/dbos-sdk";
import { localDay } from "../metrics/calendar";
import { beginRun, claimAggregate, endRun, type RunningRun } from "../store/pipeline-runs";
import { WORKFLOW_NAME } from "./names";
import { publishAggregate } from "./publish";
import { isWorthRetrying, runStep } from "./run-step";
import { goOnWith, type PipelineRuntime, runtime } from "./runtime";
import { siteFiles } from "./site-files";
import type { StepName } from "./step";

const RETRIES = { retriesAllowed: true, maxAttempts: 4, intervalSeconds: 1, backoffRate: 3, shouldRetry: isWorthRetrying };

/**
 * One day of one site:
 *
 *     launches ──────────────────────────────────────────┐
 *     extract → transform → load → reconcile → publish ──┴→ end
 *
 * Every step is recorded when it is done, so a run goes on at the step where its process ended. Each step can be done twice without harm.
 */
async function runDay(runId: string): Promise<void> {
  const own = await runtime();
  const run = await recordStep(own, () => beginRun(own.db, runId), { name: "begin" });
  if (!run) return;
  const step = (name: StepName) => recordStep(own, () => runStep(name, contextOf(run, own)).then(() => undefined), { ...RETRIES, name });
  // It never fails the run: whatever happens, the page keeps the launches it had.
  const launches = step("launches").catch(() => undefined);
  const error = await inOrder(["extract", "transform", "load", "reconcile", "publish"], step).then(
    () => null,
    (failure: unknown) => failure,
  );
  await launches;
  // Of a cancelled run nothing more is recorded, but its folder goes too.
  await recordStep(own, () => end(run, own, error), { ...RETRIES, name: "end" }).catch(async (failure: unknown) => {
    await rm(contextOf(run, own).work, { recursive: true, force: true });
    throw failure;
  });
  if (error !== null) throw error;
}

/** Does what is recorded when it is done. Its answer, or its error, counts only if the worker is still there when it comes. */
const recordStep = <Result>(own: PipelineRuntime, work: () => Promise<Result>, config: StepConfig): Promise<Result> =>
  DBOS.runStep(() => goOnWith(own).then(work), config).finally(() => goOnWith(own));

async function inOrder(steps: StepName[], step: (name: StepName) => Promise<void>): Promise<void> {
  for (const name of steps) await step(name);
}

let registered = false;

/** Registers the workflow, once a process; it must be before the first `DBOS.launch`. */
export function registerDailyWorkflow(): void {
  if (registered) return;
  registered = true;
  DBOS.registerWorkflow(runDay, { name: WORKFLOW_NAME });
}

function contextOf(run: RunningRun, { db, databaseUrl, dataFolder }: PipelineRuntime) {
  const files = siteFiles(dataFolder, run.site.slug);
  return {
    runId: run.id,
    site: run.site,
    day: localDay(run.site.timezone, run.date),
    range: run.range,
    db,
    databaseUrl,
    files,
    work: files.work(run.id),
    signal: DBOS.stepStatus?.cancelSignal,
  };
}

async function end(run: RunningRun, own: PipelineRuntime, error: unknown): Promise<void> {
  const context = contextOf(run, own);
  // A day that failed may have been the last one that the file over all days waited for.
  const days = error === null ? null : await claimAggregate(context.db, run.id);
  if (days) await publishAggregate({ ...context, log: () => undefined }, days);
  await rm(context.work, { recursive: true, force: true });
  await endRun(context.db, run.id, error === null ? null : messageOf(error));
}

/** Of a step that was retried, what its last attempt said. */
function messageOf(error: unknown): string {
  const errors: unknown = error instanceof Error && "errors" in error ? error.errors : undefined;
  const last: unknown = Array.isArray(errors) ? (errors.at(-1) ?? error) : error;
  return last instanceof Error ? last.message : String(last);
}
