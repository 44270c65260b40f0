import { spawn } from "node:child_process";
import { inheritedEnv } from "../env";
import { runCommand } from "./command";

/** What has a long form, by vitest's projects, one after the other: the faults, and what nobody should send. */
const SUITES = [
  ["chaos", "tests/chaos"],
  ["server", "tests/server/bad-input", "tests/server/slow-clients"],
  ["integration", "tests/integration/cli/hostile-arguments"],
] as const;

const env = inheritedEnv({ FOOTFALL_CHAOS: "long" });
let stopped = false;

function runSuite([project, ...files]: readonly [string, ...string[]]): Promise<number> {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", project, ...files];
  const child = spawn(process.execPath, args, { env, stdio: "inherit" });
  const forward = (signal: NodeJS.Signals) => {
    stopped = true;
    child.kill(signal);
  };
  process.once("SIGINT", forward).once("SIGTERM", forward);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve(code ?? 1);
    });
  });
}

await runCommand(
  "test:chaos",
  "Kills, freezes and fills what the product stands on, and sends it what nobody should, for long; writes the figures to docs/durability.md.",
  (command) => {
    command.action(async () => {
      for (const suite of SUITES) if (!stopped) process.exitCode = Math.max(Number(process.exitCode ?? 0), await runSuite(suite));
    });
  },
);
