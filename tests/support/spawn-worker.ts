import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { inheritedEnv } from "../../lib/env";

export interface SpawnedWorker {
  /** kill -9, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and wait until it has ended by itself. Returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts pipeline-worker.ts as a process of its own and waits until it works. */
export async function spawnWorker(databaseUrl: string, dataFolder: string, options: { schedule?: boolean } = {}): Promise<SpawnedWorker> {
  const script = path.join(import.meta.dirname, "pipeline-worker.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, ...(options.schedule ? ["--schedule"] : [])], {
    env: inheritedEnv({
      DATABASE_URL: databaseUrl,
      FOOTFALL_DATA_DIR: dataFolder,
      LAUNCHES_URL: "http://127.0.0.1:9/launches/",
      NODE_ENV: "production",
    }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await ready(child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  };
  return { kill: () => end("SIGKILL").then(() => undefined), stop: () => end("SIGTERM") };
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the worker ended before it was ready")));
  ended.catch(() => undefined);
  for (;;) {
    const [chunk] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), ended])) as [Buffer];
    if (chunk.toString().includes("ready")) return;
  }
}
