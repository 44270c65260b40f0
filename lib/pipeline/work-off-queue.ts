import { tmpdir } from "node:os";
import path from "node:path";
import type { Db } from "../db/client";
import { countUnfinishedRuns } from "../store/pipeline-runs";
import { startWorker, stopWorker } from "./worker";

const LOOK_EVERY_MS = 500;

/**
 * Works on what is queued, in a process that lives only for one call, until nothing is left or the time is up; the files go to the
 * system's temporary folder, the figures to the database. Returns how many runs are left.
 */
export async function workOffQueue(db: Db, databaseUrl: string, forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  const dataFolder = path.join(tmpdir(), "footfall");
  const onError = (error: unknown, doing: string) => console.error(`pipeline: ${doing} failed:`, error);
  await startWorker({ db, databaseUrl, dataFolder, schedule: false, onError });
  try {
    for (;;) {
      const left = await countUnfinishedRuns(db);
      if (left === 0 || Date.now() >= until) return left;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    await stopWorker();
  }
}
