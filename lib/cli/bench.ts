import { runBench } from "../../tests/bench/run-bench";
import { runCommand } from "./command";

interface Options {
  json?: boolean;
  only?: string;
  quick?: boolean;
  write?: boolean;
  soak: number;
}

await runCommand("bench", "Measures the performance budget on a database and servers of its own: docs/performance.md.", (command) => {
  command
    .option("--json", "print the results as JSON")
    .option("--only <NAMES>", "some measurements or figures, by comma")
    .option("--quick", "a smoke run at small sizes: the harness works and ratios are sane; under a minute")
    .option("--write", "put the results into docs/performance.md")
    .option("--soak <REQUESTS>", "how many requests the soak sends", Number, 1_000_000)
    .action(async (options: Options) => {
      process.exitCode = await runBench({
        ...options,
        soakRequests: options.soak,
        only: options.only?.split(",").map((name) => name.trim()),
      });
    });
});
