import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeAggregate } from "./publish";

let last: Promise<unknown> = Promise.resolve();

/**
 * Writes `agg_data.csv` over a range of days (local dates, inclusive) into a temporary place; whoever asked for it removes it. One at a time in a
 * process, so that its memory has a limit whoever asks. Throws the signal's reason when it is aborted.
 */
export async function writeRange(
  databaseUrl: string,
  siteId: number,
  range: { from: string; to: string },
  signal: AbortSignal,
): Promise<{ file: string; remove(): Promise<void> }> {
  const work = await mkdtemp(path.join(tmpdir(), "footfall-range-"));
  const remove = () => rm(work, { recursive: true, force: true });
  const file = path.join(work, "agg_data.csv");
  const context = { databaseUrl, site: { id: siteId }, files: { aggregate: file }, work, signal, log: () => undefined };
  const written = last.then(() => writeAggregate(context, range));
  last = written.catch(() => undefined);
  try {
    await written;
    return { file, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
