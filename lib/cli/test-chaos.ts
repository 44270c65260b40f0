import { spawn } from "node:child_process";
import { inheritedEnv } from "../env";
import { runCommand } from "./command";

await runCommand(
  "test:chaos",
  "Kills, freezes and fills what the product stands on, for long, and writes the figures to docs/durability.md.",
  (command) => {
    command.action(async () => {
      const env = inheritedEnv({ FOOTFALL_CHAOS: "long" });
      const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "chaos"], { env, stdio: "inherit" });
      const forward = (signal: NodeJS.Signals) => child.kill(signal);
      process.once("SIGINT", forward).once("SIGTERM", forward);
      process.exitCode = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
    });
  },
);
