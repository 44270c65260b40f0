import { spawn } from "node:child_process";
import { inheritedEnv } from "../../../lib/env";
import { readMemory } from "./memory";

const LOOK_MS = 50;

/** Runs a command of lib/cli as a process of its own, as `npm run` does. Rejects with its last words when it fails. */
export function runCommandApart(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ seconds: number; peakMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", "tsx", `lib/cli/${name}.ts`, ...args], {
    env: inheritedEnv({ NODE_ENV: "production", ...env }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let peakMb = 0;
  const look = setInterval(async () => {
    const { peak } = await readMemory(child.pid ?? 0);
    if (peak > peakMb) peakMb = peak;
  }, LOOK_MS);
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(look);
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1000, peakMb });
      else reject(new Error(`${name} ended with ${code}: ${words.trim().split("\n").at(-1) ?? ""}`));
    });
  });
}
