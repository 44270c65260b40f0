import { createWriteStream } from "node:fs";
import path from "node:path";
import { claimAggregate } from "../store/pipeline-runs";
import { type StatisticsShape, streamStatistics } from "../store/stream-statistics";
import type { StepContext, StepResult } from "./step";
import { writeAtomically } from "./write-atomically";

type PublishContext = Pick<StepContext, "databaseUrl" | "site" | "files" | "signal" | "log">;

/** Writes the day's CSV from what the database now holds; the last of several days also the file over all of them. */
export async function publish(context: StepContext): Promise<StepResult> {
  const { date } = context.day;
  const daily = await writeStatistics(context, context.files.daily(date), { from: date, to: date, shape: "daily" });
  const days = await claimAggregate(context.db, context.runId);
  if (days) await publishAggregate(context, days);
  return daily;
}

/** Writes `agg_data.csv` over a range of days (local dates, inclusive). */
export function publishAggregate(context: PublishContext, range: { from: string; to: string }): Promise<StepResult> {
  return writeStatistics(context, context.files.aggregate, { ...range, shape: "aggregate" });
}

async function writeStatistics(
  { databaseUrl, site, signal, log }: PublishContext,
  file: string,
  query: { from: string; to: string; shape: StatisticsShape },
): Promise<StepResult> {
  let rows = 0;
  const bytes = await writeAtomically(file, async (temporary) => {
    ({ rows } = await streamStatistics(databaseUrl, { siteId: site.id, ...query }, createWriteStream(temporary), signal));
  });
  log(`${path.basename(file)}: ${rows.toLocaleString("en")} rows, ${bytes.toLocaleString("en")} bytes`);
  return { rows, bytes };
}
