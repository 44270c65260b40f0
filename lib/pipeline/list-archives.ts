import { readdir } from "node:fs/promises";
import path from "node:path";
import type { SiteFiles } from "./site-files";

export interface Archive {
  kind: "events" | "daily";
  /** Local date, ISO. */
  date: string;
  file: string;
}

const DATE = /(\d{4}-\d{2}-\d{2})\.(?:parquet|csv)$/;

/** The files of single days that lie on this machine, of every day there is. */
export async function listArchives(files: SiteFiles): Promise<Archive[]> {
  const found = await Promise.all(
    (["events", "daily"] as const).map(async (kind) => {
      const folder = path.dirname(files[kind]("x"));
      const names = await readdir(folder).catch(() => []);
      return names.flatMap((name): Archive[] => {
        const date = DATE.exec(name)?.[1];
        return date ? [{ kind, date, file: path.join(folder, name) }] : [];
      });
    }),
  );
  return found.flat();
}
