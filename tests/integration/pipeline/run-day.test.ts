import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { maskAddress } from "../../../lib/capture/mask-address";
import { localDay } from "../../../lib/metrics/calendar";
import { appendEvents } from "../../../lib/store/append-events";
import { claimAggregate, endRun } from "../../../lib/store/pipeline-runs";
import { queueRuns } from "../../../lib/store/queue-runs";
import { readAddressSessions } from "../../../lib/store/read-address-sessions";
import { readSite, type Site } from "../../../lib/store/read-site";
import { type AddressQuery, readAddresses, readAddressPages, readHourViews, readPages } from "../../../lib/store/read-visitors";
import { makeEvent } from "../../support/make-event";
import { openRun, runSteps } from "../../support/pipeline-steps";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAY = "2026-03-02";

let database: TestDatabase;
let folder: string;
let site: Site;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "footfall-day-"));
  site = await readSite(database.db, "demo");
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function runDay(date: string) {
  const context = await openRun(database, folder, site, date);
  await runSteps(context);
  return context;
}

const viewsFrom = (address: string | null, date: string, count: number, route = "/"): NewEvent[] =>
  someViews(date, count, `v-${address}`).map((event) => ({ ...event, address, route, path: route }));

test("a difference to the live numbers fails the run and is named", async () => {
  await appendEvents(database.db, site, someViews(DAY, 4));
  await database.db.rollupRoute.updateMany({ where: { grain: "day" }, data: { views: 5 } });
  const context = await openRun(database, folder, site, DAY);
  await expect(runSteps(context)).rejects.toThrow(
    "2026-03-02 does not agree with the live numbers: pageViews of /: 5 live, 4 in the daily statistics.",
  );
  const step = await database.db.pipelineStep.findFirstOrThrow({ where: { step: "reconcile" } });
  expect(step).toMatchObject({ state: "failed", error: expect.stringContaining("pageViews of /") });
});

test("a session whose end is not where its events end is named", async () => {
  await appendEvents(database.db, site, someViews(DAY, 4));
  await database.db.session.updateMany({ data: { endedAt: new Date(`${DAY}T13:00:00Z`) } });
  await expect(runSteps(await openRun(database, folder, site, DAY))).rejects.toThrow(
    /session \d+: 4 views over 3600000 ms live, 4 views over 30000 ms in the daily statistics/,
  );
});

test("a second run changes nothing, and one after events are gone leaves no stale rows", async () => {
  await appendEvents(database.db, site, [...viewsFrom("192.0.2.1", DAY, 3), ...viewsFrom("192.0.2.2", DAY, 2, "/celebrity")]);
  const { files } = await runDay(DAY);
  const first = await readFile(files.daily(DAY), "utf8");
  await runDay(DAY);
  expect(await readFile(files.daily(DAY), "utf8")).toBe(first);
  const gone = { site_id: site.id };
  await database.db.$executeRaw`DELETE FROM event WHERE site_id = ${gone.site_id} AND address = '192.0.2.2'`;
  const sessions = await database.db.session.findMany({ where: { views: 2 } });
  await database.db.session.deleteMany({ where: { id: { in: sessions.map(({ id }) => id) } } });
  await database.db.rollupRoute.deleteMany({ where: { grain: "day", views: 2 } });
  await database.db.rollup.updateMany({ where: { grain: "day" }, data: { usersUnknown: 1, actions: 3 } });
  await runDay(DAY);
  expect((await database.db.dailyAddress.findMany()).map(({ address }) => address)).toEqual(["192.0.2.1"]);
  expect((await readFile(files.daily(DAY), "utf8")).trim().split("\n")).toHaveLength(2);
});

test("a run whose files were lost between its steps computes them again", async () => {
  await appendEvents(database.db, site, someViews(DAY, 4));
  const context = await openRun(database, folder, site, DAY);
  for (const step of ["extract", "transform", "load", "reconcile", "publish"] as const) {
    await rm(folder, { recursive: true, force: true });
    await runSteps({ ...context }, []);
    await database.db.pipelineRun.updateMany({ data: { state: "running" } });
    await runSteps(context, [step]);
    await database.db.pipelineRun.updateMany({ data: { state: "running" } });
  }
  expect((await readFile(context.files.daily(DAY), "utf8")).split("\n")[1]).toBe("2026-03-02,192.0.2.1,/,4,30,10,10,10");
});

test("a run whose files were lost after it loaded the day, to which an event came meanwhile, loads it again and agrees", async () => {
  await appendEvents(database.db, site, someViews(DAY, 4));
  const context = await openRun(database, folder, site, DAY);
  await runSteps(context, ["extract", "transform", "load"]);
  await rm(folder, { recursive: true, force: true });
  await appendEvents(database.db, site, viewsFrom("192.0.2.7", DAY, 1));
  await database.db.pipelineRun.updateMany({ data: { state: "running" } });
  await runSteps(context, ["reconcile", "publish"]);
  const lines = (await readFile(context.files.daily(DAY), "utf8")).trim().split("\n").slice(1);
  expect(lines).toEqual([`${DAY},192.0.2.1,/,4,30,10,10,10`, expect.stringContaining(`${DAY},192.0.2.7,/,1,`)]);
  expect(await database.db.pipelineRun.findUniqueOrThrow({ where: { id: BigInt(context.runId) } })).toMatchObject({
    state: "succeeded",
    actions: 5,
  });
});

test("no temporary file stays in the folders that are handed out", async () => {
  await appendEvents(database.db, site, someViews(DAY, 4));
  const { files } = await runDay(DAY);
  expect(await readdir(path.join(files.root, "events"))).toEqual([`date=${DAY}.parquet`]);
  expect(await readdir(path.join(files.root, "daily"))).toEqual([`${DAY}.csv`]);
});

test("of runs that end at once, exactly one sums up the days of their backfill", async () => {
  const request = { siteId: site.id, slug: site.slug, dates: [DAY, "2026-03-03", "2026-03-04"], startedBy: "test" };
  const range = { from: DAY, to: "2026-03-04" };
  const runs = await queueRuns(database.url, { ...request, range }, async () => undefined);
  const claims = await Promise.all(runs.map(({ id }) => claimAggregate(database.db, id)));
  expect(claims.filter(Boolean)).toEqual([range]);
  await Promise.all(runs.map(({ id }) => endRun(database.db, id, null)));
});

test("visitors: sorted, searched, paged, over a range, with the pages, hours and sessions behind them", async () => {
  const other = "2026-03-03";
  await appendEvents(database.db, site, [
    ...viewsFrom("192.0.2.1", DAY, 3),
    ...viewsFrom("192.0.2.2", DAY, 2, "/celebrity"),
    ...viewsFrom("198.51.100.9", DAY, 6),
    ...viewsFrom(null, DAY, 1),
    ...viewsFrom("192.0.2.1", other, 2, "/celebrity"),
    ...viewsFrom("192.0.2.1", other, 1),
  ]);
  for (const date of [DAY, other]) await runDay(date);
  const span = { siteId: site.id, from: DAY, to: other };
  const query: AddressQuery = { ...span, sort: "accesses", descending: true, limit: 50, offset: 0 };
  const names = async (changes: Partial<AddressQuery>) => {
    const { rows, count } = await readAddresses(database.db, { ...query, ...changes });
    return [count, ...rows.map(({ address }) => address)];
  };
  expect(await names({})).toEqual([4, "192.0.2.1", "198.51.100.9", "192.0.2.2", "unknown"]);
  expect(await names({ sort: "address", descending: false })).toEqual([4, "192.0.2.1", "192.0.2.2", "198.51.100.9", "unknown"]);
  expect(await names({ sort: "avg", descending: false })).toEqual([4, "192.0.2.1", "192.0.2.2", "198.51.100.9", "unknown"]);
  expect(await names({ search: "192.0" })).toEqual([2, "192.0.2.1", "192.0.2.2"]);
  expect(await names({ search: "%" })).toEqual([0]);
  expect(await names({ limit: 1, offset: 1 })).toEqual([4, "198.51.100.9"]);
  expect(await names({ to: DAY })).toEqual([4, "198.51.100.9", "192.0.2.1", "192.0.2.2", "unknown"]);
  const { rows } = await readAddresses(database.db, query);
  expect(rows[0]).toMatchObject({ accesses: 6, pages: 2, firstAt: `${DAY}T12:00:00.000Z` });
  expect(await readPages(database.db, { ...span, limit: 10 })).toMatchObject([
    { page: "/", accesses: 11 },
    { page: "/celebrity", accesses: 4 },
  ]);
  expect(await readAddressPages(database.db, { ...span, address: "192.0.2.1", limit: 10 })).toMatchObject([
    { page: "/", accesses: 4 },
    { page: "/celebrity", accesses: 2 },
  ]);
  expect(await readHourViews(database.db, span)).toEqual([
    { date: DAY, hour: 12, views: 12 },
    { date: other, hour: 12, views: 3 },
  ]);
  const { from, to } = localDay("UTC", DAY);
  const sessionsOf = (address: string | null, accesses = 3, limit = 10) =>
    readAddressSessions(database.db, { siteId: site.id, address, days: [{ from, to, accesses }], limit });
  expect(await sessionsOf("198.51.100.9")).toMatchObject([{ durationSec: 50, interactions: 6 }]);
  expect(await sessionsOf(null)).toMatchObject([{ durationSec: 0, interactions: 1 }]);

  // Of a busy address the day is read from its end on, part by part: the same sessions, each once, the latest ones first.
  const visits = ["09", "11", "15", "18"].map((hour) => new Date(`${DAY}T${hour}:00:00Z`));
  const busy = visits.flatMap((at) =>
    [0, 60_000].map((later) => makeEvent({ at: new Date(at.getTime() + later), address: "203.0.113.5" })),
  );
  await appendEvents(database.db, site, busy);
  const starts = async (limit: number) => (await sessionsOf("203.0.113.5", 500_000, limit)).map(({ startedAt }) => new Date(startedAt));
  expect(await starts(10)).toEqual([...visits].reverse());
  expect(await starts(2)).toEqual([...visits].reverse().slice(0, 2));
});

test.each(["truncate", "hash"] as const)("the statistics work with addresses that are kept by %s", async (privacy) => {
  const masked = (address: string) => maskAddress(address, privacy, "secret");
  const views = ["192.0.2.1", "198.51.100.9", "2001:db8::1"].flatMap((address) => viewsFrom(masked(address), DAY, 2));
  await appendEvents(database.db, site, views);
  const { files } = await runDay(DAY);
  const lines = (await readFile(files.daily(DAY), "utf8")).trim().split("\n").slice(1);
  const expected = ["192.0.2.1", "198.51.100.9", "2001:db8::1"].map((address) => `${DAY},${masked(address)},/,2,10,10,10,10`);
  expect(lines.sort()).toEqual(expected.sort());
});
