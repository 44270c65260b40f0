import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { withConnection } from "../../../lib/db/client";
import { setEnv } from "../../../lib/env";
import { addDays, localDay, localDayOf } from "../../../lib/metrics/calendar";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { applyRetention } from "../../../lib/privacy/apply-retention";
import { retainAll } from "../../../lib/privacy/retain-all";
import { appendEvents } from "../../../lib/store/append-events";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { dropMonths, findOldMonths } from "../../../lib/store/drop-old-months";
import { readSite, type Site } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { randomLog } from "../../support/random-log";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const KEEP = { eventDays: null, numberDays: null, archiveDays: null };
const noon = (date: string) => new Date(`${date}T12:00:00Z`);

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-retention-"));
  setEnv({ FOOTFALL_DATA_DIR: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** Everything that is stored of the numbers of days before one, as text. */
const numbersBefore = async (site: Site, date: string) =>
  JSON.stringify(
    await database.db.$queryRaw`
      SELECT to_jsonb(r)::text AS row FROM rollup r WHERE site_id = ${site.id}::smallint AND day < ${date}::date
      UNION ALL SELECT to_jsonb(r)::text FROM rollup_route r WHERE site_id = ${site.id}::smallint AND day < ${date}::date ORDER BY 1`,
  );
const expectTrue = async (site: Site) => expect((await verify(database.db, site)).differences).toEqual([]);
const months = async () =>
  (
    await database.db.$queryRaw<
      { name: string }[]
    >`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'event'::regclass`
  ).map(({ name }) => name);

test("events go by whole visits, every number stays, and whatever comes or is counted anew afterwards is true", async () => {
  const { db } = database;
  let made = 0;
  await fc.assert(
    fc.asyncProperty(randomLog(60), fc.nat(), async (events, pick) => {
      made += 1;
      await db.site.create({ data: { slug: `site-${made}`, name: "Site", timezone: "Europe/Berlin" } });
      const site = await readSite(db, `site-${made}`);
      // A gender that changes counts for all that somebody ever did, forgotten days too: here it stays.
      const steady = ({ user }: NewEvent) => user && { ...user, gender: "f" as const };
      const log = events.map(
        (event): NewEvent => ({ ...event, user: steady(event), id: made.toString(16).padStart(8, "0") + event.id.slice(8) }),
      );
      await appendEvents(db, site, log);
      const middle = log[pick % log.length] as NewEvent;
      const border = localDayOf(site.timezone, middle.at.getTime()).date;
      const from = new Date(localDay(site.timezone, border).from);
      const now = new Date(localDay(site.timezone, addDays(border, 7)).from + 1);
      const numbers = await numbersBefore(site, border);
      const over = await db.session.findMany({ where: { siteId: site.id, endedAt: { lt: from } }, select: { id: true } });
      const going = await db.event.count({ where: { siteId: site.id, sessionId: { in: over.map(({ id }) => id) } } });

      const { events: gone } = await applyRetention(db, site, { ...KEEP, eventDays: 7 }, now, "tester");
      expect(gone).toBe(going);
      expect(await db.event.count({ where: { siteId: site.id } })).toBe(log.length - going);
      expect(await numbersBefore(site, border)).toBe(numbers);
      await expectTrue(site);
      const late = log.filter(({ at }) => at >= from).slice(0, 10);
      await appendEvents(
        db,
        site,
        late.map((event) => ({ ...event, id: `ffff${event.id.slice(4)}`, at: new Date(event.at.getTime() + 3_600_000) })),
      );
      await expectTrue(site);
      await bulkAppend(db, site, [
        late.map((event) => ({ ...event, id: `eeee${event.id.slice(4)}`, at: new Date(event.at.getTime() + 7_200_000) })),
      ]);
      await expectTrue(site);
      await rebuild(db, site, "all");
      await expectTrue(site);
      expect(await numbersBefore(site, border)).toBe(numbers);
    }),
    { numRuns: 12, seed: 12 },
  );
});

test("whom a forgotten login made known stays known, however the visits after it are counted again", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  const ann = { key: "ann", label: "Ann", gender: "f" } as const;
  await appendEvents(db, site, [
    makeEvent({ at: noon("2026-03-01"), visitor: "v", kind: "login", user: ann }),
    ...someViews("2026-03-20", 2, "v"),
  ]);
  await applyRetention(db, site, { ...KEEP, eventDays: 10 }, noon("2026-03-25"), "tester");
  const annsDays = () =>
    db.rollup.findMany({ where: { grain: "day", usersF: 1, usersUnknown: 0 }, orderBy: { day: "asc" }, select: { day: true } });
  const both = ["2026-03-01", "2026-03-20"].map((day) => ({ day: new Date(day) }));
  await expectTrue(site);
  await rebuild(db, site, "all");
  await expectTrue(site);
  expect(await annsDays()).toEqual(both);
  await bulkAppend(db, site, [[makeEvent({ at: noon("2026-03-21"), visitor: "v" })]]);
  await expectTrue(site);
  expect(await annsDays()).toEqual([...both, { day: new Date("2026-03-21") }]);
});

test("weeks that reach back over the border keep whoever came before it, also when a history without visits in between is counted anew", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, [...someViews("2026-03-09", 3, "early"), ...someViews("2026-03-20", 2, "late")]);
  await applyRetention(db, site, { ...KEEP, eventDays: 10 }, noon("2026-03-20"), "tester");
  expect((await readSite(db, "demo")).eventsFrom).toBe("2026-03-10");
  const weeks = () => db.rollup.findMany({ where: { grain: "week" }, orderBy: { day: "asc" } });
  const before = await weeks();
  expect(before.map(({ day }) => day.toISOString().slice(0, 10))).toContain("2026-03-15");
  await rebuild(db, site, "all");
  expect(await weeks()).toEqual(before);
});

test("a month that is over for every site is dropped whole; while one site keeps it, only the other's rows go", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await db.site.create({ data: { slug: "other", name: "Other", timezone: "UTC" } });
  const other = await readSite(db, "other");
  const days = ["2026-01-10", "2026-02-10", "2026-03-10"];
  for (const [index, date] of days.entries()) {
    await appendEvents(db, site, someViews(date, 3, `demo ${index}`));
    await appendEvents(db, other, someViews(date, 2, `other ${index}`));
  }
  const keep = { ...KEEP, eventDays: 31 };
  expect(await applyRetention(db, site, keep, noon("2026-03-25"), "tester")).toMatchObject({ events: 6, months: 0 });
  expect(await db.event.count({ where: { siteId: other.id } })).toBe(6);
  expect(await months()).toContain("event_2026_01");

  expect(await applyRetention(db, other, keep, noon("2026-03-25"), "tester")).toMatchObject({ events: 4, months: 1 });
  expect(await months()).not.toContain("event_2026_01");
  // February is not over for either: its rows went one by one.
  expect(await months()).toContain("event_2026_02");
  expect(await db.event.count({ where: { siteId: other.id } })).toBe(2);
  for (const each of [site, other]) await expectTrue(await readSite(db, each.slug));
  await appendEvents(db, site, someViews("2026-03-11", 2));
  await expectTrue(site);
});

test("a limit that is new on a log of years goes month by month, and every month as a whole", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  const dates = ["2024-11-30", "2024-12-31", "2025-01-01", "2025-06-15", "2026-03-20"];
  for (const date of dates) await appendEvents(db, site, someViews(date, 2, date));
  expect(await applyRetention(db, site, { ...KEEP, eventDays: 10 }, noon("2026-03-25"), "tester")).toMatchObject({ events: 8, months: 4 });
  expect(await db.event.count()).toBe(2);
  await expectTrue(await readSite(db, "demo"));
});

test("a busy table keeps its months for another time, and loses the rows all the same", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, [...someViews("2025-12-10", 2, "u"), ...someViews("2026-01-10", 3), ...someViews("2026-03-10", 2, "w")]);
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT count(*) FROM event`;
    expect(await applyRetention(db, site, { ...KEEP, eventDays: 31 }, noon("2026-03-25"), "tester")).toMatchObject({
      events: 5,
      months: 0,
    });
  });
  expect(await db.event.count()).toBe(2);
  await expectTrue(site);
});

test("numbers and files go by limits of their own, and numbers never before their events", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  for (const date of ["2026-01-10", "2026-02-20", "2026-03-20"]) await appendEvents(db, site, someViews(date, 3, date));
  const files = siteFiles(folder, "demo");
  const made = ["2026-01-10", "2026-03-20"].flatMap((date) => [files.events(date), files.daily(date)]);
  for (const file of [...made, files.aggregate]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "x");
  }
  const days = async () =>
    (await db.rollup.findMany({ where: { grain: "day" }, orderBy: { day: "asc" } })).map(({ day }) => day.toISOString().slice(0, 10));
  const now = noon("2026-03-25");

  expect(await applyRetention(db, site, { ...KEEP, numberDays: 10 }, now, "tester")).toMatchObject({ events: 0, numbers: 0 });
  expect(await days()).toHaveLength(3);
  const forgotten = await applyRetention(db, site, { eventDays: 10, numberDays: 50, archiveDays: 30 }, now, "tester");
  expect(forgotten).toMatchObject({ events: 6, files: 2 });
  expect(await days()).toEqual(["2026-02-20", "2026-03-20"]);
  expect([...made, files.aggregate].map((file) => existsSync(file))).toEqual([false, false, true, true, false]);
  const after = await readSite(db, "demo");
  expect(after.eventsFrom).toBe("2026-03-15");
  await expectTrue(after);
  expect(await applyRetention(db, after, { eventDays: 10, numberDays: 50, archiveDays: 30 }, now, "tester")).toEqual({
    events: 0,
    months: 0,
    numbers: 0,
    files: 0,
  });
});

test("a clock years ahead moves no border past what the database's day allows, and nothing younger goes", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  const today = localDayOf(site.timezone, Date.now()).date;
  await appendEvents(db, site, [...someViews(addDays(today, -20), 3), ...someViews(addDays(today, -2), 2, "w")]);
  expect(await applyRetention(db, site, { ...KEEP, eventDays: 7 }, noon("2099-01-01"), "tester")).toMatchObject({ events: 3 });
  expect((await readSite(db, "demo")).eventsFrom).toBe(addDays(today, -7));
});

test("while the clocks cannot be trusted nothing is forgotten; then every site is, whatever one of them fails with", async () => {
  const { db } = database;
  const today = localDayOf("UTC", Date.now()).date;
  await db.site.create({ data: { slug: "broken", name: "Broken", timezone: "UTC", settings: { eventDays: "rubbish" } } });
  await db.site.create({ data: { slug: "other", name: "Other", timezone: "UTC", settings: { eventDays: 7 } } });
  const other = await readSite(db, "other");
  await appendEvents(db, other, someViews(addDays(today, -20), 3));
  const stored = () => db.event.count({ where: { siteId: other.id } });
  expect(await retainAll(db, () => "jumped")).toBe(0);
  expect(await stored()).toBe(3);
  expect(await retainAll(db)).toBe(1);
  expect(await stored()).toBe(0);
});

test("a month is asked for again under the lock: a visit that came to reach back into it keeps it", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, someViews("2026-01-10", 3));
  await db.site.update({ where: { id: site.id }, data: { eventsFrom: new Date("2026-03-01") } });
  await withConnection(db, async (connection) => {
    const month = { name: "event_2026_01", ends: new Date("2026-02-01") };
    expect(await findOldMonths(connection)).toEqual([]);
    expect(await dropMonths(connection, [month])).toEqual({ months: 0, events: 0 });
    expect(await db.event.count()).toBe(3);
    await db.session.deleteMany();
    expect(await findOldMonths(connection)).toEqual([month]);
    expect(await dropMonths(connection, [month])).toEqual({ months: 1, events: 3 });
  });
});

test("what a failure left between visits and their events goes the next time", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, [...someViews("2026-01-10", 3), ...someViews("2026-03-24", 2, "w")]);
  await db.session.deleteMany({ where: { startedAt: { lt: noon("2026-02-01") } } });
  await db.site.update({ where: { id: site.id }, data: { eventsFrom: new Date("2026-03-15") } });
  const begun = await readSite(db, "demo");
  expect(await applyRetention(db, begun, { ...KEEP, eventDays: 10 }, noon("2026-03-25"), "tester")).toMatchObject({ events: 3, months: 1 });
  expect(await db.event.count()).toBe(2);
  await expectTrue(begun);
});

test("a round with nothing to forget leaves the site's counter, and so what every process remembers", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, someViews("2026-03-20", 3));
  const keep = { eventDays: 10, numberDays: 20, archiveDays: null };
  await applyRetention(db, site, keep, noon("2026-03-25"), "tester");
  const settled = await readSite(db, "demo");
  const before = await db.siteCounter.findUniqueOrThrow({ where: { siteId: site.id } });
  await applyRetention(db, settled, keep, noon("2026-03-25"), "tester");
  expect(await db.siteCounter.findUniqueOrThrow({ where: { siteId: site.id } })).toEqual(before);
});

test("what is older than the events that are kept is refused in bulk, with the date", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  await appendEvents(db, site, someViews("2026-03-20", 3));
  await applyRetention(db, site, { ...KEEP, eventDays: 10 }, noon("2026-03-25"), "tester");
  const old = [makeEvent({ at: noon("2026-03-01") })];
  await expect(bulkAppend(db, site, [old])).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining("before 2026-03-15"),
  });
});
