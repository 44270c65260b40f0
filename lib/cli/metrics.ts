import { AppError } from "../app-error";
import { SnapshotQuery } from "../metrics/snapshot";
import { readSnapshot } from "../store/read-snapshot";
import { runCommand } from "./command";
import { printSnapshot } from "./print-snapshot";
import { withDatabase } from "./with-database";

function parseQuery(options: Record<string, unknown>): SnapshotQuery {
  const parsed = SnapshotQuery.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = `--${String(issue?.path[0])}`;
  throw new AppError("invalid", `${name} ${issue?.message ?? "is not valid"}.`, { field: name });
}

await runCommand("metrics", "Shows the twelve metrics of a day, or of the week that ends with it.", (command) => {
  command
    .option("--site <SLUG>", "which site", "demo")
    .option("--period <PERIOD>", "day or week", "day")
    .option("--date <DATE>", "the local day, or a week's last (default: today)")
    .option("--lens <LENS>", "all or signed-in", "all")
    .option("--json", "print the snapshot as GET /api/metrics gives it")
    .action(async ({ json, ...options }: Record<string, unknown>) => {
      const query = parseQuery(options);
      const snapshot = await withDatabase((db) => readSnapshot(db, query, new Date()));
      process.stdout.write(json ? `${JSON.stringify(snapshot, null, 2)}\n` : printSnapshot(snapshot));
    });
});
