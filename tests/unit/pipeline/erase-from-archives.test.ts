import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eraseFromArchives } from "../../../lib/pipeline/erase-from-archives";
import { withDuckDb } from "../../../lib/pipeline/open-duckdb";
import { siteFiles } from "../../../lib/pipeline/site-files";

const folder = mkdtempSync(join(tmpdir(), "footfall-archives-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = siteFiles(folder, "demo");
const spill = join(folder, "spill");

/** Rows of (visitor, user): 1 is who is erased, known as user 10; on visitor 2 somebody signed in as them once. */
async function archive(date: string, rows: string): Promise<void> {
  const file = files.events(date);
  mkdirSync(dirname(file), { recursive: true });
  mkdirSync(dirname(files.daily(date)), { recursive: true });
  writeFileSync(files.daily(date), "address");
  await withDuckDb(spill, undefined, (duck) =>
    duck.run(`COPY (SELECT * FROM (VALUES ${rows}) AS t (visitor_id, user_id)) TO $file (FORMAT parquet)`, { file }),
  );
}

const left = (date: string) =>
  withDuckDb(spill, undefined, (duck) =>
    duck.rows<{ v: number; u: number | null }>("SELECT visitor_id::INT AS v, user_id::INT AS u FROM read_parquet($file) ORDER BY 1, 2", {
      file: files.events(date),
    }),
  );

test("every archive that holds a person is written without them, and the figures by address of its day go", async () => {
  const withThem = "(1::BIGINT, NULL::BIGINT), (1, 11), (2, 10), (2, NULL), (3, NULL)";
  for (const date of ["2026-01-01", "2026-03-01"]) await archive(date, withThem);
  await archive("2026-03-02", "(3::BIGINT, NULL::BIGINT)");
  writeFileSync(files.aggregate, "address");

  await eraseFromArchives(files, { visitors: ["1"], users: ["10"] });
  for (const date of ["2026-01-01", "2026-03-01"]) {
    expect(await left(date)).toEqual([
      { v: 1, u: 11 },
      { v: 2, u: null },
      { v: 3, u: null },
    ]);
  }
  expect(await left("2026-03-02")).toEqual([{ v: 3, u: null }]);
  expect(["2026-01-01", "2026-03-01", "2026-03-02"].map((date) => existsSync(files.daily(date)))).toEqual([false, false, true]);
  expect(existsSync(files.aggregate)).toBe(false);
});

test("without archives, or without anybody to look for, nothing happens", async () => {
  await eraseFromArchives(siteFiles(join(folder, "nowhere"), "demo"), { visitors: ["1"], users: [] });
  await eraseFromArchives(files, { visitors: [], users: [] });
  expect(existsSync(files.events("2026-03-02"))).toBe(true);
});
