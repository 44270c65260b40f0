import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addDays, localDayOf } from "../../../lib/metrics/calendar";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { appendEvents } from "../../../lib/store/append-events";
import { claimAggregate } from "../../../lib/store/pipeline-runs";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { openRun, runSteps } from "../../support/pipeline-steps";
import { runCommand } from "../../support/run-command";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const TODAY = localDayOf("UTC", Date.now()).date;
const OLD = addDays(TODAY, -40);
const RECENT = addDays(TODAY, -5);

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "footfall-privacy-"));
  vi.stubEnv("FOOTFALL_DATA_DIR", folder);
  vi.stubEnv("INIT_CWD", folder);
  const site = await readSite(database.db, "demo");
  for (const [index, date] of [OLD, RECENT, RECENT].entries())
    await appendEvents(database.db, site, someViews(date, 3, `visitor-${index}`));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const run = (name: string, ...args: string[]) => runCommand(name, args, database.url);
const runDay = async (date: string) => runSteps(await openRun(database, folder, await readSite(database.db, "demo"), date));
const visitorsLeft = async () => (await database.db.visitor.findMany({ orderBy: { key: "asc" } })).map(({ key }) => key);
const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

test("one person is saved and erased by command, from the log, the archive and the statistics; who is nobody is said so", async () => {
  const files = siteFiles(folder, "demo");
  for (const date of [OLD, RECENT]) await runDay(date);
  expect(await run("person", "export", "visitor-1", "--out", "saved.json")).toMatchObject({ code: 0 });
  const saved = JSON.parse(await readFile(join(folder, "saved.json"), "utf8")) as { events: unknown[] };
  expect(saved.events).toHaveLength(3);
  expect((await stat(join(folder, "saved.json"))).mode & 0o077).toBe(0);
  expect(await run("person", "erase", "visitor-1")).toMatchObject({ code: 1, stderr: expect.stringContaining("say --yes") });
  expect(await run("person", "erase", "visitor-1", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Erased 3 events of 1 days"),
  });
  expect(await visitorsLeft()).toEqual(["visitor-0", "visitor-2"]);
  expect(await isThere(files.daily(RECENT))).toBe(false);
  expect(await run("person", "erase", "visitor-1", "--yes")).toMatchObject({ code: 1, stderr: expect.stringContaining("nobody here has") });
  // Their day is counted again, for the others at that address.
  await runDay(RECENT);
  expect(await readFile(files.daily(RECENT), "utf8")).toContain(`${RECENT},192.0.2.1,/,3,`);
});

test("what is older than it is to be kept goes by command, each kind by its own limit", async () => {
  const files = siteFiles(folder, "demo");
  expect(await run("retain")).toMatchObject({ code: 1, stderr: expect.stringContaining("keeps everything") });
  expect(await run("retain", "--events", "30", "--numbers", "90")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--files: At most as many days"),
  });
  expect(await isThere(files.events(OLD))).toBe(true);
  const { code, stdout } = await run("retain", "--events", "30", "--numbers", "90", "--files", "35");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Forgot 3 events, 0 sums, 2 files of demo/) });
  expect(await Promise.all([files.events(OLD), files.daily(OLD), files.events(RECENT)].map(isThere))).toEqual([false, false, true]);
  expect(await database.db.event.count()).toBe(3);
  expect(await database.db.rollup.count({ where: { grain: "day", day: new Date(OLD) } })).toBe(1);
  expect(await run("retain", "--events", "30", "--numbers", "90", "--files", "35")).toMatchObject({
    code: 0,
    stdout: "Forgot 0 events, 0 sums, 0 files of demo.\n",
  });
  expect(await database.db.auditEntry.findMany({ orderBy: { id: "asc" }, select: { actor: true, action: true } })).toEqual(
    ["person.export", "person.erase", "retention.apply"].map((action) => ({ actor: "command line", action })),
  );
  expect((await verify(database.db, await readSite(database.db, "demo"))).differences).toEqual([]);
});

test("the file over all days spans those whose files are kept", async () => {
  const site = await readSite(database.db, "demo");
  await database.db.site.update({ where: { id: site.id }, data: { settings: { archiveDays: 7 } } });
  const between = addDays(TODAY, -20);
  await appendEvents(database.db, site, someViews(between, 4, "visitor-3"));
  await runDay(RECENT);
  const latest = await database.db.pipelineRun.findFirstOrThrow({ orderBy: { id: "desc" } });
  await database.db.dailyPage.createMany({
    data: (await database.db.dailyPage.findMany({ take: 1 })).map((row) => ({ ...row, day: new Date(between) })),
  });
  expect(await claimAggregate(database.db, String(latest.id))).toEqual({ from: RECENT, to: RECENT });
  await database.db.site.update({ where: { id: site.id }, data: { settings: {} } });
  expect(await claimAggregate(database.db, String(latest.id))).toMatchObject({ to: RECENT });
});
