import { relative } from "node:path";
import { bundleCommands } from "./app/bundle-commands";
import { ensureBuild } from "./app/ensure-build";
import { runCommand } from "./command";

await runCommand(
  "build",
  "Builds a folder that runs by itself with node server.js, the commands for its database beside it.",
  (command) => {
    command.action(async () => {
      const folder = await ensureBuild((step) => process.stderr.write(`  ${step} …\n`));
      await bundleCommands(folder);
      process.stdout.write(`${relative(process.cwd(), folder)} is ready: node cli/db-migrate.mjs && node server.js\n`);
    });
  },
);
