import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { SiteFiles } from "./site-files";

/** Sizes in bytes of what can be downloaded; a file that is not there is null. */
export interface DayFileSizes {
  events: number | null;
  daily: number | null;
}

export interface FileList {
  days: Record<string, DayFileSizes>;
  aggregate: number | null;
}

const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => null,
  );

/** Which files of these days are on this machine. */
export async function listFiles(files: SiteFiles, dates: string[]): Promise<FileList> {
  const present = new Set((await Promise.all([namesIn(files.events("x")), namesIn(files.daily("x"))])).flat());
  const sizeIfPresent = (file: string) => (present.has(file) ? sizeOf(file) : null);
  const days = await Promise.all(
    dates.map(async (date) => [date, { events: await sizeIfPresent(files.events(date)), daily: await sizeIfPresent(files.daily(date)) }]),
  );
  return { days: Object.fromEntries(days) as FileList["days"], aggregate: await sizeOf(files.aggregate) };
}

async function namesIn(example: string): Promise<string[]> {
  const folder = path.dirname(example);
  return readdir(folder).then(
    (names) => names.map((name) => path.join(folder, name)),
    () => [],
  );
}
