import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Db } from "../db/client";
import { countUnfinishedRuns } from "../store/pipeline-runs";
import { startWorker, stopWorker } from "./worker";

const LOOK_EVERY_MS = 500;

/**
 * Works on what is queued, in a process that lives only for one call, until nothing is left or the time is up. The figures go to the database; the
 * files have no place to stay, and are gone with the call. What is left goes on in the next call, at the step that was interrupted: what that step
 * needs of the lost files is computed again. Returns how many runs are left.
 */
export async function workOffQueue(db: Db, databaseUrl: string, forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  const dataFolder = await mkdtemp(path.join(tmpdir(), "footfall-call-"));
  const onError = (error: unknown, doing: string) => console.error(`pipeline: ${doing} failed:`, error);
  try {
    await startWorker({ db, databaseUrl, dataFolder, schedule: false, onError });
    for (;;) {
      const left = await countUnfinishedRuns(db);
      if (left === 0 || Date.now() >= until) return left;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    await stopWorker();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
