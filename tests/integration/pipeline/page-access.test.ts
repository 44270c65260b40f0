import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importOldLog } from "../../../lib/capture/old-logs/import-old-log";
import { addDays } from "../../../lib/metrics/calendar";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { readSite } from "../../../lib/store/read-site";
import { pageAccessFile } from "../../support/page-access-file";
import { openRun, runSteps } from "../../support/pipeline-steps";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAYS = Array.from({ length: 10 }, (_, day) => addDays("2024-06-01", day));

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "footfall-access-"));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Imports the file and runs those days. Returns what all ten have published by then. */
async function importAndRun(file: string, days: string[]) {
  const site = await readSite(database.db, "demo");
  const report = await importOldLog(file, { site: site.slug, timezone: site.timezone }, (batches) =>
    bulkAppend(database.db, site, batches, { equalIds: "equal rows" }),
  );
  for (const date of days) await runSteps(await openRun(database, folder, site, date));
  const files = siteFiles(folder, site.slug);
  const daily = await Promise.all(DAYS.map((date) => readFile(files.daily(date), "utf8")));
  return { report, daily, aggregate: await readFile(files.aggregate, "utf8") };
}

const totalOf = (csv: string) =>
  (parse(csv, { columns: true }) as Record<string, string>[]).reduce((sum, row) => sum + Number(row.total_time_spent_in_sec), 0);

test("an old page-access file comes out as its own totals, and a second import and run change nothing", async () => {
  const { text, totalSec } = pageAccessFile(5000);
  const file = path.join(folder, "access.csv");
  await writeFile(file, text);
  const first = await importAndRun(file, DAYS);
  expect(first.report).toEqual({ appended: 5000, duplicates: 0, erased: 0, otherInstants: 0, rejected: 0 });
  const rows = parse(first.aggregate, { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(25);
  const names = rows.map((row) => `${row.ip_address},${row.page_accessed}`);
  expect(names).toEqual([...names].sort());
  expect(totalOf(first.aggregate)).toBe(totalSec);
  expect(first.daily.reduce((sum, csv) => sum + totalOf(csv), 0)).toBe(totalSec);
  const second = await importAndRun(file, DAYS.slice(0, 2));
  expect(second).toEqual({ ...first, report: { appended: 0, duplicates: 5000, erased: 0, otherInstants: 0, rejected: 0 } });
}, 240_000);

test("a page that is named like a formula is text to a spreadsheet, in the day's file and in that over all", async () => {
  const names = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "Contact", "-1", "＝1"];
  const rows = names.map((name, index) => `2024-06-01,192.168.1.1,${name},2024-06-01 05:54:0${index},225`);
  const file = path.join(folder, "formulas.csv");
  await writeFile(file, ["Date,IP Address,Page Accessed,Access Time,Time Spent (seconds)", ...rows].join("\n"));
  const site = await readSite(database.db, "demo");
  await importOldLog(file, { site: site.slug, timezone: "UTC" }, (batches) =>
    bulkAppend(database.db, site, batches, { equalIds: "equal rows" }),
  );
  await runSteps(await openRun(database, folder, site, "2024-06-01"));
  const files = siteFiles(folder, site.slug);
  for (const csv of [files.daily("2024-06-01"), files.aggregate]) {
    const pages = (parse(await readFile(csv, "utf8"), { columns: true }) as { page_accessed: string }[]).map((row) => row.page_accessed);
    expect(new Set(pages)).toEqual(new Set(["'=cmd|' /C calc'!A0", "'+1", "'@SUM(A1)", "Contact", "'-1", "'＝1"]));
  }
});
