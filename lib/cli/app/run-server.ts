import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { AppError } from "../../app-error";
import { inheritedEnv } from "../../env";

const READY_MS = 90_000;
const STOP_MS = 20_000;

export type ServerSettings = { port: number; databaseUrl: string; authSecret: string; dataFolder: string };
/** `ended` settles with the exit code when the server is gone, for whatever reason. */
export type RunningServer = { url: string; pid: number; ended: Promise<number>; stop: () => Promise<void> };

type Kind = { mode: "production"; standalone: string } | { mode: "development" };

function launch(kind: Kind, settings: ServerSettings): ChildProcess {
  const env = inheritedEnv({
    NODE_ENV: kind.mode,
    NEXT_TELEMETRY_DISABLED: "1",
    DATABASE_URL: settings.databaseUrl,
    AUTH_SECRET: settings.authSecret,
    FOOTFALL_DATA_DIR: settings.dataFolder,
    PORT: String(settings.port),
    HOSTNAME: "0.0.0.0",
  });
  const follow = ["--import", pathToFileURL(resolve("lib/cli/app/follow-parent.mjs")).href];
  const server =
    kind.mode === "production"
      ? [join(kind.standalone, "server.js")]
      : ["node_modules/next/dist/bin/next", "dev", "--port", String(settings.port), "--hostname", "0.0.0.0"];
  // A session of its own: Ctrl-C goes to everything in the terminal at once, but the order of stopping is ours.
  const options = { env, detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] } as const;
  return spawn(process.execPath, [...follow, ...server], { ...options, stdio: [...options.stdio] });
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(30_000) })).ok;
  } catch {
    return false;
  }
}

/**
 * Starts the server and waits until it answers. From then on what it prints goes to `out`.
 * Throws AppError `unavailable` with its last words when it ends before that.
 */
export async function runServer(kind: Kind, settings: ServerSettings, out: NodeJS.WritableStream): Promise<RunningServer> {
  const child = launch(kind, settings);
  const url = `http://localhost:${settings.port}`;
  let output = "";
  let live = kind.mode === "development";
  const hear = (chunk: Buffer) => {
    if (live) out.write(chunk);
    else output += chunk;
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  let code: number | undefined;
  const ended = new Promise<number>((done) => {
    child.once("error", (error) => {
      output += error.message;
      done(1);
    });
    child.once("close", (status) => done(status ?? 1));
  });
  void ended.then((status) => {
    code = status;
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const late = await Promise.race([ended.then(() => false), delay(STOP_MS, true, { ref: false })]);
    if (late) child.kill("SIGKILL");
    await ended;
  };
  const deadline = Date.now() + READY_MS;
  while (!(await isHealthy(url.replace("localhost", "127.0.0.1")))) {
    if (code !== undefined || Date.now() > deadline) {
      await stop();
      process.stderr.write(output);
      throw new AppError(
        "unavailable",
        `The server ${code === undefined ? "does not answer" : "ended at once"}: what it said stands above.`,
      );
    }
    await Promise.race([ended, delay(100)]);
  }
  live = true;
  return { url, pid: child.pid ?? 0, ended, stop };
}
