import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../../lib/store/read-snapshot";
import { runCommand } from "../support/run-command";
import { createTestDatabase, type TestDatabase } from "../support/test-database";
import { WORKED_EXAMPLE, WORKED_TABLE } from "../support/worked-example";

const NOW = new Date("2022-10-12T08:00:00Z");
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "footfall-example-"));
  const file = join(folder, "activity.csv");
  await writeFile(file, WORKED_EXAMPLE);
  const { code, stdout, stderr } = await runCommand("import", [file, "--site", "demo"], database.url);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "18 events imported into demo.\n", stderr: "" });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.drop();
});

describe("the worked example of docs/metrics.md, imported, gives exactly its table", () => {
  test.each(WORKED_TABLE)("%s, %s", async (period, lens, metrics) => {
    const snapshot = await readSnapshot(database.db, { site: "demo", period, date: "2022-10-11", lens }, NOW);
    expect(snapshot.metrics).toEqual(metrics);
  });

  test.each(WORKED_TABLE)("on the command line, in the shape of the API: %s, %s", async (period, lens, metrics) => {
    const { stdout } = await runCommand("metrics", ["--period", period, "--date", "2022-10-11", "--lens", lens, "--json"], database.url);
    const snapshot = await readSnapshot(database.db, { site: "demo", period, date: "2022-10-11", lens }, NOW);
    expect(JSON.parse(stdout)).toEqual({ ...snapshot, metrics, asOf: expect.any(String) });
  });
});

test("a session that crosses an hour counts once, in the hour in which it began", async () => {
  const { series } = await readSnapshot(database.db, { site: "demo", period: "day", date: "2022-10-11", lens: "all" }, NOW);
  expect(series.map(({ sessions }) => sessions)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, ...Array(10).fill(0)]);
  expect(series.map(({ actions }) => actions)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 1, 3, 2, ...Array(10).fill(0)]);
});

test("events of the same second keep the order of their lines", async () => {
  const events = await database.db.event.findMany({ where: { at: new Date("2022-10-11T10:00:00Z") }, orderBy: { seq: "asc" } });
  expect(events.map(({ kind }) => kind)).toEqual(["register", "login"]);
});

test("a person reads the same as a table", async () => {
  const { stdout, code } = await runCommand("metrics", ["--period", "week", "--date", "2022-10-11"], database.url);
  expect(code).toBe(0);
  expect(stdout).toContain("demo · Wed 5 Oct – Tue 11 Oct 2022 (UTC) · all visits");
  expect(stdout).toMatch(/^Repeat visitors +33\.3\s% /m);
  expect(stdout).toMatch(/^Time per session +2\sm\s3\ss /m);
  expect(stdout).toContain("Gender: m 2 · f 1 · unknown 0");
});

test("the numbers agree with the events, and a damaged one is found", async () => {
  const before = await runCommand("verify", [], database.url);
  expect(before).toMatchObject({ code: 0, stdout: expect.stringMatching(/compared: no difference\.\n$/) });
  await database.db.rollup.updateMany({ where: { grain: "day", day: new Date("2022-10-11") }, data: { bounces: 1 } });
  const after = await runCommand("verify", ["--from", "2022-10-11", "--to", "2022-10-11"], database.url);
  expect(after.code).toBe(1);
  expect(after.stdout).toMatch(/bounceRate.*stored 0\.25, by the events 0/);
});

test.each([
  [["--date", "11.10.2022"], "footfall metrics: --date must be a date such as 2026-11-21."],
  [["--site", "nowhere"], 'footfall metrics: site: there is no site "nowhere".'],
])("a wrong question is refused in one line: %j", async (args, message) => {
  expect(await runCommand("metrics", args, database.url)).toEqual({ code: 1, stdout: "", stderr: `${message}\n` });
});
