import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { ErasedMeanwhile, unlessErased } from "../store/erasures";
import { replaceDay } from "../store/replace-day";
import { WORK_FILES } from "./extract";
import { haveFiles } from "./have-files";
import type { StepContext, StepResult } from "./step";
import { STATISTICS_FILES, transform } from "./transform";

/** Replaces the day's rows in the database by the figures of transform. When somebody was erased since the day was extracted it throws, and the next attempt begins there. */
export async function load(context: StepContext): Promise<StepResult> {
  const { db, databaseUrl, runId, site, day, work, signal, log } = context;
  const erasures = path.join(work, WORK_FILES.erasures);
  const files = {
    addressPages: path.join(work, STATISTICS_FILES.addressPages),
    addresses: path.join(work, STATISTICS_FILES.addresses),
    pages: path.join(work, STATISTICS_FILES.pages),
  };
  if (!(await haveFiles([...Object.values(files), erasures]))) {
    log("the computed files are not here: computing again");
    await transform(context);
  }
  const mark = await readFile(erasures, "utf8");
  const replace = () => replaceDay(databaseUrl, { id: runId, siteId: site.id, date: day.date }, files, signal);
  const rows = await unlessErased(db, site.id, mark, replace).catch(async (error) => {
    if (error instanceof ErasedMeanwhile) await rm(work, { recursive: true, force: true });
    throw error;
  });
  log(`replaced ${day.date} by ${rows.toLocaleString("en")} rows`);
  return { rows, bytes: null };
}
