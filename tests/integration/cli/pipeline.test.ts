import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite } from "../../../lib/store/read-site";
import { runCommand } from "../../support/run-command";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "footfall-pipeline-"));
  vi.stubEnv("FOOTFALL_DATA_DIR", folder);
  const site = await readSite(database.db, "demo");
  for (const day of ["2026-03-02", "2026-03-03"]) await appendEvents(database.db, site, someViews(day, 6));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test("a backfill by command works its days off and says what came of them", async () => {
  const { code, stdout } = await runCommand("pipeline", ["--from", "2026-03-02", "--to", "2026-03-03"], database.url);
  expect(code).toBe(0);
  expect(stdout).toMatch(/2026-03-02.*succeeded/);
  expect(stdout).toMatch(/2026-03-03.*succeeded/);
  const all = await readFile(join(folder, "files", "demo", "agg_data.csv"), "utf8");
  expect(all.trim().split("\n").slice(1)).toEqual(["192.0.2.1,/,100,10,10,10"]);
});

test.each([
  [["--from", "yesterday"], "It must be a date such as 2024-06-01."],
  [["--from", "2026-03-03", "--to", "2026-03-02"], "2026-03-0"],
  [["--site", "nowhere"], 'there is no site "nowhere"'],
])("a wrong question is refused with what is wrong: %j", async (args, message) => {
  const { code, stdout, stderr } = await runCommand("pipeline", args, database.url);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(message);
  // The second line, where there is one, leads to --help.
  expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
});
