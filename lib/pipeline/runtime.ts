import type { Db } from "../db/client";

/** What a worker's tasks work with. A workflow's code gets only its recorded input, so it finds this here. */
export interface PipelineRuntime {
  db: Db;
  databaseUrl: string;
  /** Files go below it, see site-files.ts. */
  dataFolder: string;
}

let current: PipelineRuntime | undefined;

/** The runtime of the worker that starts; undefined, of none any more. */
export function setRuntime(runtime: PipelineRuntime | undefined): void {
  current = runtime;
}

/*
 * Of a worker that stops, what it had begun must not end in this process, not even with an error: its connections are closed, which is no fault of the
 * run, and the next worker may already be doing the same steps. So what would go on with it waits for ever, as if the process had ended.
 */
const never = <Value>(): Promise<Value> => new Promise(() => undefined);

/** The runtime of this process's worker; never, where it stops. */
export const runtime = (): Promise<PipelineRuntime> => (current ? Promise.resolve(current) : never());

/** Goes on while the worker of that runtime works. */
export const goOnWith = (own: PipelineRuntime): Promise<void> => (own === current ? Promise.resolve() : never());
