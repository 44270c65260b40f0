import { AppError } from "../app-error";
import { beginStep, endStep, noteActions } from "../store/pipeline-runs";
import { extract } from "./extract";
import { load } from "./load";
import { publish } from "./publish";
import { reconcile } from "./reconcile";
import { refreshLaunches } from "./refresh-launches";
import type { StepContext, StepName, StepResult } from "./step";
import { transform } from "./transform";

type Task = (context: StepContext) => Promise<StepResult>;

/** What each step of the graph does. */
const TASKS: Record<StepName, Task> = { launches: refreshLaunches, extract, transform, load, reconcile, publish };

/** A refusal that would be the same again is not tried again; anything else may be the network's or the machine's mood. */
export const isWorthRetrying = (error: unknown): boolean => !(error instanceof AppError);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Does one step, once, and keeps its timing, rows, log lines and error with the run. Rethrows what the task throws. */
export async function runStep(step: StepName, context: Omit<StepContext, "log">): Promise<StepResult> {
  const { db, runId, signal } = context;
  signal?.throwIfAborted();
  const attempt = await beginStep(db, runId, step);
  const log: string[] = [];
  const key = { runId, step, attempt };
  try {
    const result = await TASKS[step]({ ...context, log: (line) => log.push(line) });
    if (result.actions !== undefined) await noteActions(db, runId, result.actions);
    const { rows, bytes, skipped } = result;
    if (skipped) log.push(`skipped: ${skipped}`);
    await endStep(db, key, { state: skipped ? "skipped" : "succeeded", rows, bytes, log, error: null });
    return result;
  } catch (error) {
    await endStep(db, key, { state: "failed", rows: null, bytes: null, log, error: messageOf(error) });
    throw error;
  }
}
