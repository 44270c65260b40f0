import { InvalidArgumentError } from "commander";
import { AppError } from "../app-error";
import { hasHistory, seedHistory } from "../demo/history/seed-history";
import { readSite } from "../store/read-site";
import { runCommand } from "./command";
import { startProgressBar } from "./progress-bar";
import { withDatabase } from "./with-database";

interface Options {
  site: string;
  events: number;
  days: number;
  seed: number;
  again?: boolean;
}

const between = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  return value;
};

const thousands = (value: number) => Math.round(value).toLocaleString("en-US");

await runCommand("seed", "Fills a site with an invented history: people who come back, register, convert, and leave.", (command) => {
  command
    .option("--events <N>", "how many events", between(1, 100_000_000), 1_000_000)
    .option("--days <N>", "over how many days up to now", between(1, 3_650), 30)
    .option("--seed <N>", "the same number gives the same people", between(0, 2 ** 31), 1)
    .option("--again", "add to a site what the same people did, although they were there before")
    .option("--site <SLUG>", "which site", "demo")
    .action(async ({ site: slug, again, ...plan }: Options) => {
      await withDatabase(async (db) => {
        const site = await readSite(db, slug);
        if (!again && (await hasHistory(db, site, plan.seed)))
          throw new AppError(
            "invalid",
            `${site.slug} has the history of --seed ${plan.seed} already. Another --seed adds other people; --again adds more of the same ones.`,
            { field: "--seed" },
          );
        const bar = startProgressBar("  {bar} {percentage}% · {value} events · {phase}");
        const startedAt = performance.now();
        let writtenAt = startedAt;
        const { appended, duplicates } = await seedHistory(db, site, {
          ...plan,
          now: new Date(),
          onProgress: (events, phase) => {
            if (phase === "reading") writtenAt = performance.now();
            bar.update(events, plan.events, { phase: phase === "reading" ? "writing" : "counting" });
          },
        }).finally(bar.stop);
        const [written, all] = [writtenAt - startedAt, performance.now() - startedAt].map((ms) => ms / 1000) as [number, number];
        const known = duplicates > 0 ? ` (${thousands(duplicates)} were there already)` : "";
        process.stdout.write(
          `${thousands(appended)} events in ${site.slug}${known}: read in at ${thousands(plan.events / written)} a second, ` +
            `all numbers counted after ${all.toFixed(1)} s (${thousands(plan.events / all)} a second in all).\n`,
        );
      });
    });
});
