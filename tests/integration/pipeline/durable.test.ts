import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closeRunClient } from "../../../lib/pipeline/run-client";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { cancelRun, startBackfill } from "../../../lib/pipeline/start-runs";
import { appendEvents } from "../../../lib/store/append-events";
import { type RunView, readRuns, readRunsById } from "../../../lib/store/read-runs";
import { readSite } from "../../../lib/store/read-site";
import { someViews } from "../../support/some-views";
import { type SpawnedWorker, spawnWorker } from "../../support/spawn-worker";
import { closeStepGate } from "../../support/step-gate";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

/** Where a worker is killed; the chaos tests kill a server in each step. */
const KILLED = "extract";
const STEPS = ["extract", "transform", "load", "reconcile", "publish"];

let database: TestDatabase;
let folder: string;
let workers: SpawnedWorker[];

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "footfall-durable-"));
  workers = [];
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await closeRunClient();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function work(options?: { schedule?: boolean }): Promise<SpawnedWorker> {
  const worker = await spawnWorker(database.url, folder, options);
  workers.push(worker);
  return worker;
}

const until = <T>(what: () => Promise<T>) => vi.waitFor(what, { timeout: 100_000, interval: 25 });

async function untilEnded(ids: string[]): Promise<RunView[]> {
  return until(async () => {
    const runs = await readRunsById(database.db, ids);
    expect(runs.map(({ state }) => state)).not.toContain("queued");
    expect(runs.map(({ state }) => state)).not.toContain("running");
    return runs;
  });
}

test("a run whose process is killed goes on in the next process, and counts each figure once", async () => {
  const site = await readSite(database.db, "demo");
  await appendEvents(database.db, site, someViews("2026-03-02", 40));
  const gate = await closeStepGate(database.url);
  const [run] = await startBackfill(database.url, { site, from: "2026-03-02", to: "2026-03-02", startedBy: "test" });
  const id = run?.id as string;
  const worker = await work();
  await until(async () => {
    const [view] = await readRunsById(database.db, [id]);
    expect(view?.steps.find(({ step }) => step === KILLED)?.state).toBe("running");
    expect(await gate.waiting()).toBe(1);
  });
  await worker.kill();
  await gate.clear();
  await gate.close();
  await work();
  const [ended] = await untilEnded([id]);
  expect(ended?.state).toBe("succeeded");
  expect(ended?.steps.filter(({ step }) => STEPS.includes(step)).map(({ step, attempts }) => [step, attempts])).toEqual(
    STEPS.map((step) => [step, step === KILLED ? 2 : 1]),
  );
  const totals = await database.db.dailyAddressPage.aggregate({ _sum: { accesses: true, totalMs: true } });
  expect(totals._sum).toEqual({ accesses: 40, totalMs: 39n * 10_000n });
  const files = siteFiles(folder, "demo");
  expect((await readFile(files.daily("2026-03-02"), "utf8")).split("\n")[1]).toBe("2026-03-02,192.0.2.1,/,40,390,10,10,10");
  expect(await readdir(path.join(folder, "files", "demo", ".work"))).toEqual([]);
}, 300_000);

test("two servers on one database run each night once", async () => {
  const site = await readSite(database.db, "demo");
  const days = ["2026-03-02", "2026-03-03", "2026-03-04"];
  await Promise.all([work(), work()]);
  for (const day of days) await appendEvents(database.db, site, someViews(day, 5));
  const twice = await Promise.all(
    [1, 2].map(() => startBackfill(database.url, { site, from: "2026-03-02", to: "2026-03-04", startedBy: "test" })),
  );
  const ids = [...new Set(twice.flat().map(({ id }) => id))];
  expect(ids).toHaveLength(3);
  const runs = await untilEnded(ids);
  expect(runs.map(({ state }) => state)).toEqual(["succeeded", "succeeded", "succeeded"]);
  expect(runs.flatMap(({ steps }) => steps.filter(({ attempts }) => attempts !== 1))).toEqual([]);
  expect(await database.db.dailyAddressPage.aggregate({ _sum: { accesses: true } })).toEqual({ _sum: { accesses: 15 } });
  const aggregate = await readFile(siteFiles(folder, "demo").aggregate, "utf8");
  expect(aggregate.trim().split("\n")[1]).toBe("192.0.2.1,/,120,10,10,10");
}, 300_000);

test("nights on which nothing was running are caught up at the start, and again when their events have changed", async () => {
  const site = await readSite(database.db, "demo");
  const now = Date.now();
  const dayBefore = (days: number) => new Date(now - days * 86_400_000).toISOString().slice(0, 10);
  for (const days of [2, 5]) await appendEvents(database.db, site, someViews(dayBefore(days), 3));
  const first = await work({ schedule: true });
  const states = async () => (await readRuns(database.db, site.id, { limit: 10 })).map((run) => [run.date, run.state, run.attempt]);
  await until(async () =>
    expect(await states()).toEqual([
      [dayBefore(2), "succeeded", 1],
      [dayBefore(5), "succeeded", 1],
    ]),
  );
  expect(await first.stop()).toBe(0);
  await appendEvents(database.db, site, someViews(dayBefore(5), 4, "late"));
  await work({ schedule: true });
  await until(async () =>
    expect(await states()).toEqual([
      [dayBefore(2), "succeeded", 1],
      [dayBefore(5), "succeeded", 2],
    ]),
  );
}, 300_000);

test("a cancelled run stops, changes nothing, and can be run again", async () => {
  const site = await readSite(database.db, "demo");
  await appendEvents(database.db, site, someViews("2026-03-02", 5));
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query("BEGIN");
  await blocker.query("LOCK TABLE daily_page IN ACCESS EXCLUSIVE MODE");
  await work();
  const request = { site, from: "2026-03-02", to: "2026-03-02", startedBy: "test" };
  const [run] = await startBackfill(database.url, request);
  const id = run?.id as string;
  await until(async () => {
    const [view] = await readRunsById(database.db, [id]);
    expect(view?.steps.find(({ step }) => step === "load")?.state).toBe("running");
  });
  await cancelRun(database.db, database.url, id, "test");
  await blocker.query("ROLLBACK");
  await blocker.end();
  const [cancelled] = await readRunsById(database.db, [id]);
  expect(cancelled).toMatchObject({ state: "cancelled", error: "Cancelled by test." });
  const [again] = await startBackfill(database.url, request);
  const [ended] = await untilEnded([again?.id as string]);
  expect(ended).toMatchObject({ state: "succeeded", attempt: 2 });
  expect((await readRunsById(database.db, [id]))[0]?.state).toBe("cancelled");
  expect(await database.db.dailyPage.aggregate({ _sum: { accesses: true } })).toEqual({ _sum: { accesses: 5 } });
  expect(await readdir(path.join(folder, "files", "demo", ".work"))).toEqual([]);
}, 300_000);

test("a step that fails is tried again, later each time, with the error of each attempt kept", async () => {
  const site = await readSite(database.db, "demo");
  await appendEvents(database.db, site, someViews("2026-03-02", 5));
  await database.db.$executeRaw`ALTER TABLE daily_page RENAME TO daily_page_away`;
  await work();
  const [run] = await startBackfill(database.url, { site, from: "2026-03-02", to: "2026-03-02", startedBy: "test" });
  const id = run?.id as string;
  const attempts = () => database.db.pipelineStep.findMany({ where: { runId: BigInt(id), step: "load" }, orderBy: { attempt: "asc" } });
  await until(async () => expect((await attempts()).filter(({ state }) => state === "failed")).toHaveLength(2));
  await database.db.$executeRaw`ALTER TABLE daily_page_away RENAME TO daily_page`;
  const [ended] = await untilEnded([id]);
  expect(ended?.state).toBe("succeeded");
  const made = await attempts();
  expect(made.map(({ state }) => state)).toEqual(["failed", "failed", "succeeded"]);
  for (const { error } of made.slice(0, 2)) expect(error).toContain("daily_page");
  const [first, second] = made.slice(1).map(({ startedAt }, index) => startedAt.getTime() - Number(made[index]?.finishedAt)) as [
    number,
    number,
  ];
  expect(second).toBeGreaterThan(first * 1.5);
  expect(await database.db.dailyPage.aggregate({ _sum: { accesses: true } })).toEqual({ _sum: { accesses: 5 } });
}, 300_000);
