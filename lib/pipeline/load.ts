import path from "node:path";
import { replaceDay } from "../store/replace-day";
import { haveFiles } from "./have-files";
import type { StepContext, StepResult } from "./step";
import { STATISTICS_FILES, transform } from "./transform";

/** Replaces the day's rows in the database by the figures of transform. */
export async function load(context: StepContext): Promise<StepResult> {
  const { databaseUrl, runId, site, day, work, signal, log } = context;
  const files = {
    addressPages: path.join(work, STATISTICS_FILES.addressPages),
    addresses: path.join(work, STATISTICS_FILES.addresses),
    pages: path.join(work, STATISTICS_FILES.pages),
  };
  if (!(await haveFiles(Object.values(files)))) {
    log("the computed files are not here: computing again");
    await transform(context);
  }
  const rows = await replaceDay(databaseUrl, { id: runId, siteId: site.id, date: day.date }, files, signal);
  log(`replaced ${day.date} by ${rows.toLocaleString("en")} rows`);
  return { rows, bytes: null };
}
