import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { DBOS, type DBOSConfig } from "@dbos-inc/dbos-sdk";
import type { Pool } from "pg";
import { env } from "../env";
import { openPool } from "../store/open-pool";
import { holdWorkerLock, isWorkerGone, type WorkerLock } from "../store/worker-lock";
import { DBOS_NAME, DBOS_SCHEMA, QUEUE_NAME, WORKFLOW_NAME } from "./names";
import { launchQueue } from "./prepare-queue";
import { queueDueDays } from "./queue-due-days";
import { closeRunClient } from "./run-client";
import { type PipelineRuntime, setRuntime } from "./runtime";

export interface WorkerOptions extends PipelineRuntime {
  /** Whether it also starts the nights that are due, by itself. */
  schedule: boolean;
  /** Told of what goes wrong beside the runs: their own errors are kept with them. */
  onError(error: unknown, doing: string): void;
}

/**
 * Part of the recorded work: a process only takes over runs of this version. Raise it when the steps of the workflow, or what passes
 * between them, change in a way that a half-done run could not survive.
 */
const WORKFLOW_VERSION = "1";
const TAKE_OVER_EVERY_MS = 10_000;
const SCHEDULE_EVERY_MS = 60_000;
const POLL_MS = 250;
const POOL_SIZE = 6;
const STOP_WITHIN_MS = 1_500;

interface Worker {
  lock: WorkerLock;
  pool: Pool;
  timers: NodeJS.Timeout[];
}

let starting: Promise<Worker> | undefined;

/**
 * Lets this process do queued days, one at a time: it finishes what workers that are gone have begun, and, with `schedule`, starts each
 * night that is due. Started already, it does nothing. Throws when the database cannot be reached.
 */
export async function startWorker(options: WorkerOptions): Promise<void> {
  starting ??= begin(options).catch((error: unknown) => {
    starting = undefined;
    throw error;
  });
  await starting;
}

/** Gives what is being done a moment, and stops; another worker, or the next start, goes on at the step that has no recorded end. */
export async function stopWorker(): Promise<void> {
  const worker = await starting?.catch(() => undefined);
  starting = undefined;
  if (!worker) return;
  for (const timer of worker.timers) clearInterval(timer);
  setRuntime(undefined);
  await DBOS.shutdown({ workflowCompletionTimeoutMS: STOP_WITHIN_MS });
  await worker.pool.end();
  await closeRunClient();
  await worker.lock.release();
}

async function begin(options: WorkerOptions): Promise<Worker> {
  const { registerDailyWorkflow } = await import("./daily-workflow");
  const name = `${hostname()}:${process.pid}:${randomUUID()}`;
  setRuntime({ ...options });
  registerDailyWorkflow();
  const lock = await holdWorkerLock(options.databaseUrl, name);
  const pool = openPool(options.databaseUrl, POOL_SIZE);
  DBOS.setConfig(configure(options, name, pool));
  try {
    await launchQueue(options.databaseUrl);
    await DBOS.registerQueue(QUEUE_NAME, { workerConcurrency: 1, minPollingIntervalMs: POLL_MS, onConflict: "always_update" });
  } catch (error) {
    await Promise.allSettled([DBOS.shutdown(), pool.end(), lock.release()]);
    throw error;
  }
  const quietly = (doing: string, act: () => Promise<unknown>) => () => void act().catch((error: unknown) => options.onError(error, doing));
  const takeOver = quietly("taking over runs of workers that are gone", () => takeOverRuns(options, name));
  const schedule = quietly("starting the nights that are due", () => queueDueDays(options.db, options.databaseUrl, new Date()));
  takeOver();
  const timers = [setInterval(takeOver, TAKE_OVER_EVERY_MS)];
  if (options.schedule) {
    schedule();
    timers.push(setInterval(schedule, SCHEDULE_EVERY_MS));
  }
  return { lock, pool, timers };
}

function configure({ databaseUrl }: WorkerOptions, executorID: string, systemDatabasePool: Pool): DBOSConfig {
  return {
    name: DBOS_NAME,
    systemDatabaseUrl: databaseUrl,
    systemDatabaseSchemaName: DBOS_SCHEMA,
    systemDatabasePool,
    applicationVersion: WORKFLOW_VERSION,
    executorID,
    runAdminServer: false,
    logLevel: env().LOG_LEVEL === "debug" ? "info" : "error",
  };
}

/** Puts the runs of workers whose process has ended back into the queue. */
async function takeOverRuns({ db }: WorkerOptions, self: string): Promise<void> {
  const pending = await DBOS.listWorkflows({ workflowName: WORKFLOW_NAME, status: "PENDING", loadInput: false, loadOutput: false });
  const workers = new Set(pending.map(({ executorId }) => executorId ?? "").filter((worker) => worker !== self));
  for (const worker of workers) {
    if (!(await isWorkerGone(db, worker))) continue;
    const runs = pending.filter(({ executorId }) => (executorId ?? "") === worker);
    await DBOS.resumeWorkflows(
      runs.map(({ workflowID }) => workflowID),
      { queueName: QUEUE_NAME },
    );
  }
}
