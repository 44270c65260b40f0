import type { Db } from "../db/client";

/** What a worker's tasks work with. A workflow's code gets only its recorded input, so it finds this here. */
export interface PipelineRuntime {
  db: Db;
  databaseUrl: string;
  /** Files go below it, see site-files.ts. */
  dataFolder: string;
}

let current: PipelineRuntime | undefined;

export function setRuntime(runtime: PipelineRuntime | undefined): void {
  current = runtime;
}

/** The runtime of this process's worker. */
export function runtime(): PipelineRuntime {
  if (!current) throw new Error("The pipeline's worker has not been started in this process.");
  return current;
}
