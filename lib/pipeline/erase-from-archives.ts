import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { listArchives } from "./list-archives";
import { type Duck, withDuckDb } from "./open-duckdb";
import type { SiteFiles } from "./site-files";
import { writeAtomically } from "./write-atomically";

/** Ids of visitors and of users, as texts. */
export type Ids = { visitors: string[]; users: string[] };

const THEIRS =
  "(list_contains($visitors::BIGINT[], visitor_id) AND user_id IS NULL OR coalesce(list_contains($users::BIGINT[], user_id), FALSE))";

/**
 * Erases one person from the archives of this machine: every archive that holds them is written without them, and the figures by address of its day
 * go. May be done again, and goes on with what a failure left.
 */
export async function eraseFromArchives(files: SiteFiles, ids: Ids): Promise<void> {
  const sought = { visitors: `[${ids.visitors.join()}]`, users: `[${ids.users.join()}]` }; // as texts: an empty list has no type to bind
  const archives = (await listArchives(files)).filter(({ kind }) => kind === "events");
  const spill = await mkdtemp(path.join(tmpdir(), "footfall-erase-"));
  try {
    await withDuckDb(spill, undefined, async (duck) => {
      for (const { date, file } of archives) {
        if (!(await holds(duck, file, sought))) continue;
        await rm(files.daily(date), { force: true });
        await rm(files.aggregate, { force: true });
        // The last, because only an archive that still holds them is looked at again after a failure.
        await writeAtomically(file, (to) =>
          duck.run(`COPY (SELECT * FROM read_parquet($file) WHERE NOT ${THEIRS}) TO $to (FORMAT parquet, COMPRESSION zstd)`, {
            file,
            to,
            ...sought,
          }),
        );
      }
    });
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

async function holds(duck: Duck, file: string, sought: Record<keyof Ids, string>): Promise<boolean> {
  return (await duck.rows(`SELECT 1 FROM read_parquet($file) WHERE ${THEIRS} LIMIT 1`, { file, ...sought })).length > 0;
}
