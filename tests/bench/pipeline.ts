// The daily pipeline over one day of many events: how long from extract to publish, and how much memory at most.
//   node --import tsx tests/bench/pipeline.ts --events 10000000
// A throw-away database is filled first, which takes longer than the measurement. `--json` prints the figures alone.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "../../lib/db/client";
import { joinEmbeddedPostgres } from "../../lib/db/embedded/join-embedded-postgres";
import { findPostmaster, stopPostmaster } from "../../lib/db/embedded/postmaster";
import { migrate } from "../../lib/db/migrate";
import { runStep } from "../../lib/pipeline/run-step";
import type { StepName } from "../../lib/pipeline/step";
import { readSite } from "../../lib/store/read-site";
import { openRun } from "../support/pipeline-steps";
import { fillBusyDay } from "./support/busy-day";
import { readTreeCpu } from "./support/tree-cpu";

const DAY = "2026-10-15";
const STEPS: StepName[] = ["extract", "transform", "load", "reconcile", "publish"];

export interface PipelineFigures {
  events: number;
  /** Seconds of each step. */
  seconds: Record<string, number>;
  /** Processor seconds of each step, of this process and of Postgres: what a busy machine does not change much. */
  cpuSeconds: Record<string, { own: number; postgres: number }>;
  /** From extract to publish. */
  totalSec: number;
  /** Resident memory of this process at most, DuckDB's included. */
  peakMb: number;
}

/** Runs the day once, against a database filled as above. */
export async function measure(url: string, postmaster: number, dataFolder: string, events: number): Promise<PipelineFigures> {
  const db = openDatabase(url);
  const context = await openRun({ url, db }, dataFolder, await readSite(db, "demo"), DAY);
  const seconds: PipelineFigures["seconds"] = {};
  const cpuSeconds: PipelineFigures["cpuSeconds"] = {};
  for (const step of STEPS) {
    const [started, own, database] = [performance.now(), process.cpuUsage(), await readTreeCpu(postmaster)];
    await runStep(step, context);
    seconds[step] = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(own);
    cpuSeconds[step] = { own: (user + system) / 1e6, postgres: (await readTreeCpu(postmaster)) - database };
  }
  await db.$disconnect();
  const totalSec = Object.values(seconds).reduce((sum, each) => sum + each, 0);
  return { events, seconds, cpuSeconds, totalSec, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: "string", default: "1000000" }, json: { type: "boolean", default: false } } });
  const events = Number(values.events);
  const folder = await mkdtemp(path.join(tmpdir(), "footfall-bench-"));
  const postgres = await joinEmbeddedPostgres(folder);
  try {
    await migrate(postgres.url, { timezone: "UTC", ownerEmail: undefined, ownerPassword: undefined });
    const db = openDatabase(postgres.url);
    const site = await readSite(db, "demo");
    await db.$disconnect();
    if (!values.json) process.stderr.write(`filling ${events.toLocaleString("en")} events …\n`);
    await fillBusyDay(postgres.url, site.id, DAY, events);
    const figures = await measure(postgres.url, findPostmaster(postgres.home)?.pid ?? 0, folder, events);
    process.stdout.write(`${JSON.stringify(figures, null, values.json ? undefined : 2)}\n`);
  } finally {
    await postgres.release();
    await stopPostmaster(postgres.home);
    await rm(postgres.home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) void main();
