import { db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { env } from "../env";
import type { ServerPart } from "../lifecycle/part";
import { log } from "../observe/log";
import { startWorker, stopWorker } from "./worker";

const report = (error: unknown, doing: string) => log().error({ err: error }, `pipeline: ${doing} failed`);

const TRY_AGAIN_MS = 15_000;

let again: NodeJS.Timeout | undefined;

/** The nightly pipeline, as a part of a server. It begins beside the first requests, which need not wait for it. */
export const pipelinePart: ServerPart = {
  name: "pipeline",
  start,
  async stop() {
    clearTimeout(again);
    await stopWorker();
  },
};

function start(): void {
  const databaseUrl = env().DATABASE_URL;
  if (!databaseUrl) return;
  const options = { db: db(), databaseUrl, dataFolder: openDataFolder(), schedule: true, onError: report };
  startWorker(options).catch((error: unknown) => {
    report(error, "starting the worker");
    again = setTimeout(start, TRY_AGAIN_MS);
  });
}
