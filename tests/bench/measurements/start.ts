import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { inheritedEnv } from "../../../lib/env";
import type { Measurement } from "../measurement";
import { findFreePort } from "../support/servers";
import { waitUntil } from "../support/wait";

const PATIENCE_MS = 15 * 60_000;

/** From a bare clone to a healthy server by `npm start` alone, and once more when all is there. */
export const start: Measurement = {
  name: "start",
  quick: false,
  figures: [
    { key: "startSeconds", title: "Bare clone → healthy, by npm start", unit: "s", budget: { atMost: 150 } },
    { key: "restartSeconds", title: "Second start → healthy", unit: "s", budget: { atMost: 8 } },
  ],
  async measure(bench) {
    const clone = join(bench.folder, "clone");
    execFileSync("git", ["clone", "--quiet", "--no-hardlinks", ".", clone]);
    return { startSeconds: { value: await startOnce(clone) }, restartSeconds: { value: await startOnce(clone) } };
  },
};

async function startOnce(clone: string): Promise<number> {
  const port = await findFreePort();
  const env = inheritedEnv({ PORT: String(port) });
  for (const name of ["DATABASE_URL", "FOOTFALL_DATA_DIR", "AUTH_SECRET", "INIT_CWD", "NODE_ENV"]) delete env[name];
  const started = performance.now();
  const child = spawn("npm", ["start"], { cwd: clone, env, stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  try {
    await waitUntil("the server to be healthy", () => isHealthy(port, child, () => words), PATIENCE_MS);
    return (performance.now() - started) / 1000;
  } finally {
    if (child.exitCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
  }
}

async function isHealthy(port: number, child: ChildProcess, lastWords: () => string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}: ${lastWords().trim().split("\n").at(-1) ?? ""}`);
  return fetch(`http://127.0.0.1:${port}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}
