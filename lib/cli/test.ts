import { runCommand } from "./command";
import { ensureBrowser } from "./test/find-browser";
import { runChecks } from "./test/run-checks";
import { summariseChecks } from "./test/summarise-checks";

await runCommand(
  "test",
  "Runs every check: lint, types, unit, integration, build and browser tests. Starts all they need by itself.",
  (command) => {
    command
      .option("--only <NAMES>", "some of them, by comma: lint,types,audit,unit,integration,bench,build,server,chaos,browser")
      .action(async ({ only }: { only?: string }) => {
        const results = await runChecks(
          only?.split(",").map((name) => name.trim()),
          ensureBrowser,
        );
        const { text, failed } = summariseChecks(results);
        process.stdout.write(text);
        process.exitCode = failed > 0 ? 1 : 0;
      });
  },
);
