import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { openDatabase } from "../../../lib/db/client";
import { appendEvents } from "../../../lib/store/append-events";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { randomLog } from "../../support/random-log";
import { createTestDatabase } from "../../support/test-database";

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let site: Site;
let made = 0;
const log = fc.sample(randomLog(80), { numRuns: 20, seed: 7 }).sort((a, b) => b.length - a.length)[0] as NewEvent[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

beforeEach(async () => {
  made += 1;
  await testDatabase.db.site.create({ data: { slug: `site-${made}`, name: "Site", timezone: "Europe/Berlin" } });
  site = await readSite(testDatabase.db, `site-${made}`);
  await appendEvents(
    testDatabase.db,
    site,
    log.map((event) => ({ ...event, id: made.toString(16).padStart(8, "0") + event.id.slice(8) })),
  );
});

describe("verify", () => {
  test("finds nothing in numbers that are true", async () => {
    expect((await verify(testDatabase.db, site)).different).toBe(0);
  });

  test("finds a damaged rollup, and a rebuild of that day repairs it", async () => {
    const { db } = testDatabase;
    const row = await db.rollup.findFirstOrThrow({ where: { siteId: site.id, grain: "day", sessions: { gt: 0 } } });
    await db.rollup.updateMany({ where: { siteId: site.id, grain: "day", day: row.day }, data: { bounces: { increment: 1 } } });
    const { differences } = await verify(db, site);
    expect(differences.map(({ where }) => where)).toContainEqual(expect.stringContaining("bounceRate"));
    const date = row.day.toISOString().slice(0, 10);
    await rebuild(db, site, { from: date, to: date });
    expect((await verify(db, site)).different).toBe(0);
  });

  test("finds a deleted event, and a rebuild counts without it", async () => {
    const { db } = testDatabase;
    const event = await db.event.findFirstOrThrow({ where: { siteId: site.id, kind: "view" } });
    await db.event.deleteMany({ where: { id: event.id } });
    expect((await verify(db, site)).different).toBeGreaterThan(0);
    await rebuild(db, site, "all");
    expect((await verify(db, site)).different).toBe(0);
  });

  test("finds an event that stands in the log twice", async () => {
    const { db } = testDatabase;
    const event = await db.event.findFirstOrThrow({ where: { siteId: site.id, kind: "view" } });
    await db.event.create({ data: event });
    const { differences } = await verify(db, site);
    expect(differences).toContainEqual({ where: `event ${event.id} [times in the log]`, expected: "1", actual: "2" });
  });

  test("finds a damaged session and a session too many", async () => {
    const { db } = testDatabase;
    const session = await db.session.findFirstOrThrow({ where: { siteId: site.id } });
    await db.session.update({ where: { siteId_id: { siteId: site.id, id: session.id } }, data: { person: 999_999n } });
    await db.session.create({ data: { ...session, id: session.id + 1_000_000n } });
    const { differences } = await verify(db, site);
    expect(differences.filter(({ where }) => where.includes("session"))).toHaveLength(2);
  });

  test.each([
    ["what people did is gone", "DELETE FROM person_hour WHERE site_id = $1", "people of"],
    [
      "somebody's hour is somebody else's",
      "UPDATE person_hour SET person = person + 1000000 WHERE site_id = $1 AND interactions > 0",
      "people of",
    ],
    ["sessions forgot their conversions", "UPDATE session SET converted_at = now() WHERE site_id = $1 AND converted_at IS NULL", "session"],
    ["sessions forgot their views", "UPDATE session SET views = views + 1 WHERE site_id = $1", "session"],
    ["sessions have another user", "UPDATE session SET user_id = 1 WHERE site_id = $1", "session"],
    ["sessions ended with another event", "UPDATE session SET last_seq = 0 WHERE site_id = $1", "session"],
    ["sessions are open again", "UPDATE session SET logged_out = NOT logged_out WHERE site_id = $1", "session"],
    ["events are of another session", "UPDATE event SET session_id = 1000000 WHERE site_id = $1", "[session]"],
    [
      "nobody is known any more",
      "UPDATE visitor SET known_user_id = NULL, known_at = NULL, known_seq = NULL WHERE site_id = $1",
      "known as",
    ],
    [
      "a day on which nothing happened has page views",
      "INSERT INTO rollup_route SELECT site_id, grain, '2001-02-03', hour, route_id, 1000, 0 FROM rollup_route WHERE site_id = $1 AND grain = 'day' LIMIT 1",
      "2001-02-03",
    ],
  ])("finds that %s, and a rebuild repairs it", async (_, damage, where) => {
    const { db } = testDatabase;
    expect(await db.$executeRawUnsafe(damage, site.id)).toBeGreaterThan(0);
    const { differences } = await verify(db, site);
    expect(differences.map((difference) => difference.where).filter((text) => text.includes(where))).not.toEqual([]);
    await rebuild(db, site, "all");
    expect((await verify(db, site)).differences).toEqual([]);
  });

  test("reckons with clocks that differed from UTC by seconds", async () => {
    const { db } = testDatabase;
    await db.site.create({ data: { slug: "monrovia", name: "Monrovia", timezone: "Africa/Monrovia" } });
    const monrovia = await readSite(db, "monrovia");
    const first = Date.parse("1972-01-02T00:44:00Z");
    await appendEvents(
      db,
      monrovia,
      [0, 29, 31, 3_600].map((seconds) => makeEvent({ at: new Date(first + seconds * 1_000), visitor: `at ${seconds}` })),
    );
    expect((await verify(db, monrovia)).differences).toEqual([]);
  });

  test("within a span, looks only at that span", async () => {
    const { db } = testDatabase;
    await db.rollup.updateMany({ where: { siteId: site.id, grain: "day" }, data: { actions: { increment: 1 } } });
    expect((await verify(db, site, { from: "2001-01-01", to: "2001-01-03" })).different).toBe(0);
  });
});

describe("a gender that is given later", () => {
  const dayOf = (at: Date) => at.toISOString().slice(0, 10);
  const laterLogin = (): NewEvent => {
    const last = log[log.length - 1] as NewEvent;
    return {
      ...last,
      id: `${made.toString(16).padStart(8, "f")}-0000-4000-8000-000000000000`,
      at: new Date(last.at.getTime() + 1_000),
      kind: "login",
      visitor: "late",
      user: { key: "cleo", label: "Cleo", gender: "f" },
    };
  };

  test.each(["live", "bulk"] as const)("counts for all that the person ever did (%s)", async (path) => {
    const { db } = testDatabase;
    const login = laterLogin();
    if (path === "live") await appendEvents(db, site, [login]);
    else await bulkAppend(db, site, [[login]]);
    expect((await db.knownUser.findFirstOrThrow({ where: { siteId: site.id, key: "cleo" } })).gender).toBe("f");
    expect((await verify(db, site)).differences).toEqual([]);
    const { metrics } = await readSnapshot(db, { site: site.slug, period: "day", date: dayOf(login.at), lens: "all" }, new Date());
    expect(metrics.genderRatio.f).toBeGreaterThan(0);
  });
});

test.each([
  ["alone", []],
  ["beside a new event of somebody else", [makeEvent({ visitor: "somebody-else", at: new Date("2026-06-10T12:05:00Z") })]],
])("an event that is sent again with another gender and label changes nothing (%s)", async (_, others) => {
  const { db } = testDatabase;
  const ada = { key: "ada", label: "Ada", gender: "f" } as const;
  const login = makeEvent({ kind: "login", visitor: "ada-visitor", user: ada, at: new Date("2026-06-10T12:00:00Z") });
  const query = { site: site.slug, period: "day", date: "2026-06-10", lens: "all" } as const;
  const read = async () => {
    const { f, m } = (await readSnapshot(db, query, new Date())).metrics.genderRatio;
    return { user: await db.knownUser.findFirstOrThrow({ where: { siteId: site.id, key: "ada" } }), f, m };
  };
  expect(await appendEvents(db, site, [login])).toMatchObject({ appended: 1 });
  const before = await read();
  const again = [{ ...login, user: { key: "ada", label: "Somebody", gender: "m" as const } }, ...others];
  const result = { appended: others.length, duplicates: 1, erased: 0 };
  expect(await appendEvents(db, site, again)).toEqual(result);
  expect(await read()).toEqual(before);
  // By a process that remembers nothing too.
  const other = openDatabase(testDatabase.url);
  expect(await appendEvents(other, site, again)).toEqual({ ...result, appended: 0, duplicates: again.length });
  await other.$disconnect();
  expect(await read()).toEqual(before);
  expect((await verify(db, site)).differences).toEqual([]);
  // And who goes on from what is remembered counts on.
  await appendEvents(db, site, [makeEvent({ visitor: "ada-visitor", user: ada, at: new Date("2026-06-10T12:10:00Z") })]);
  expect((await verify(db, site)).differences).toEqual([]);
});
