import { Presets, SingleBar } from "cli-progress";
import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { lastDueDate } from "../pipeline/queue-due-days";
import { siteFiles } from "../pipeline/site-files";
import { startBackfill } from "../pipeline/start-runs";
import { startWorker, stopWorker } from "../pipeline/worker";
import { type RunView, readRunsById } from "../store/read-runs";
import { readSite } from "../store/read-site";
import { runCommand } from "./command";
import { withDatabase } from "./with-database";

const POLL_MS = 200;
const ENDED = ["succeeded", "failed", "cancelled"];

function parseDate(text: string): string {
  const parsed = z.iso.date().safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("It must be a date such as 2024-06-01.");
  return parsed.data;
}

interface Options {
  site: string;
  from?: string;
  to?: string;
}

void runCommand("pipeline", "Compute the daily statistics by address and page, for one night or as a backfill over a range.", (command) => {
  command
    .option("--site <slug>", "the site", "demo")
    .option("--from <date>", "the first day, in the site's time zone (default: the last finished day)", parseDate)
    .option("--to <date>", "the last day (default: --from)", parseDate)
    .action((options: Options) => withDatabase((db, { url }) => runDays(db, url, options)));
});

/** Queues the days and works on them here, beside the app's own worker if it runs, until each has ended. */
async function runDays(db: Db, databaseUrl: string, options: Options): Promise<void> {
  const site = await readSite(db, options.site);
  const from = options.from ?? options.to ?? lastDueDate(site.timezone, Date.now());
  const to = options.to ?? from;
  const dataFolder = openDataFolder();
  const onError = (error: unknown, doing: string) => process.stderr.write(`${doing}: ${String(error)}\n`);
  await startWorker({ db, databaseUrl, dataFolder, schedule: false, onError });
  try {
    const queued = await startBackfill(databaseUrl, { site, from, to, startedBy: "command line" });
    const runs = await watch(
      db,
      queued.map(({ id }) => id),
    );
    report(runs, siteFiles(dataFolder, site.slug).root);
  } finally {
    await stopWorker();
  }
}

async function watch(db: Db, ids: string[]): Promise<RunView[]> {
  const bar = new SingleBar(
    { format: "{bar} {value}/{total} days | {step}", stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(ids.length, 0, { step: "queued" });
  try {
    for (;;) {
      const runs = await readRunsById(db, ids);
      const running = runs.find(({ state }) => state === "running");
      const step = running ? `${running.date} ${running.steps.findLast(({ state }) => state === "running")?.step ?? ""}` : "queued";
      bar.update(runs.filter(({ state }) => ENDED.includes(state)).length, { step });
      if (runs.every(({ state }) => ENDED.includes(state))) return runs.sort((a, b) => a.date.localeCompare(b.date));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    bar.stop();
  }
}

function report(runs: RunView[], folder: string): void {
  for (const run of runs) {
    const rowsOf = (name: string) => run.steps.find(({ step }) => step === name)?.rows?.toLocaleString("en") ?? "–";
    const seconds = run.startedAt && run.finishedAt ? (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000 : 0;
    const figures = `${rowsOf("extract")} events, ${rowsOf("publish")} rows, ${seconds.toFixed(1)} s`;
    process.stdout.write(`${run.date}  ${run.state}  ${run.state === "succeeded" ? figures : (run.error ?? "")}\n`);
  }
  process.stdout.write(`Files: ${folder}\n`);
  const failed = runs.filter(({ state }) => state !== "succeeded");
  if (failed.length > 0)
    throw new AppError("conflict", `${failed.length} of ${runs.length} days did not succeed: ${failed[0]?.error ?? ""}`);
}
