import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { setEnv } from "../../../lib/env";
import { addDays, localDay, localDayOf } from "../../../lib/metrics/calendar";
import { exportPerson } from "../../../lib/privacy/export-person";
import { applyRetention, forgetPerson } from "../../../lib/privacy/forget";
import { appendEvents } from "../../../lib/store/append-events";
import { readAudit } from "../../../lib/store/audit";
import { readSite, type Site } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { randomLog } from "../../support/random-log";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let testDatabase: TestDatabase;
let folder: string;
let made = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "footfall-forget-"));
  setEnv({ FOOTFALL_DATA_DIR: folder });
});
afterAll(async () => {
  await testDatabase.drop();
  await rm(folder, { recursive: true, force: true });
});

async function siteWith(log: readonly NewEvent[]): Promise<{ site: Site; log: NewEvent[] }> {
  made += 1;
  const { db } = testDatabase;
  await db.site.create({ data: { slug: `site-${made}`, name: "Site", timezone: "Europe/Berlin" } });
  const site = await readSite(db, `site-${made}`);
  const own = log.map((event) => ({ ...event, id: made.toString(16).padStart(8, "0") + event.id.slice(8) }));
  await appendEvents(db, site, own);
  return { site, log: own };
}

/** Sends everything once more, each at another id, in the process that remembers the state from before. */
const goOn = (site: Site, log: readonly NewEvent[]) =>
  appendEvents(
    testDatabase.db,
    site,
    log.slice(0, 10).map((event) => ({ ...event, id: `ffffffff${event.id.slice(8)}`, at: new Date(event.at.getTime() + 3_600_000) })),
  );

const knows = async (site: Site, key: string) => (await testDatabase.db.knownUser.count({ where: { siteId: site.id, key } })) > 0;
const eventsOf = (site: Site) => testDatabase.db.event.count({ where: { siteId: site.id } });

test("whoever is erased is gone, their export was just what went, and every number is true without them", async () => {
  const { db } = testDatabase;
  await fc.assert(
    fc.asyncProperty(randomLog(60), fc.constantFrom("ann", "ben", "v1"), async (events, name) => {
      const { site, log } = await siteWith(events);
      const there = (await knows(site, name)) || (await db.visitor.count({ where: { siteId: site.id, key: name } })) > 0;
      if (!there) return void (await expect(forgetPerson(db, site, name, "tester")).rejects.toMatchObject({ code: "not-found" }));
      const before = await eventsOf(site);
      let text = "";
      for await (const piece of await exportPerson(db, site, name, "tester")) text += piece;
      const { events: exported, users } = JSON.parse(text) as { events: { id: string }[]; users: { key: string }[] };
      const removed = await forgetPerson(db, site, name, "tester");
      expect(removed.events).toBe(exported.length);
      expect(await eventsOf(site)).toBe(before - removed.events);
      for (const { key } of users) expect(await knows(site, key)).toBe(false);
      expect(await db.event.count({ where: { id: { in: exported.map(({ id }) => id) } } })).toBe(0);
      expect((await verify(db, site)).differences).toEqual([]);
      await goOn(site, log);
      expect((await verify(db, site)).differences).toEqual([]);
    }),
    { numRuns: 12, seed: 11 },
  );
});

test("what is older than a site keeps is forgotten, and what it keeps is counted truly", async () => {
  const { db } = testDatabase;
  await fc.assert(
    fc.asyncProperty(randomLog(60), fc.nat(), async (events, pick) => {
      const { site, log } = await siteWith(events);
      const middle = log[pick % log.length] as NewEvent;
      const now = new Date(localDay(site.timezone, addDays(localDayOf(site.timezone, middle.at.getTime()).date, 7)).from + 1);
      const border = localDay(site.timezone, localDayOf(site.timezone, middle.at.getTime()).date).from;
      const removed = await applyRetention(db, site, 7, now, "tester");
      expect(removed?.events ?? 0).toBe(log.filter(({ at }) => at.getTime() < border).length);
      expect(await db.event.count({ where: { siteId: site.id, at: { lt: new Date(border) } } })).toBe(0);
      expect(
        await db.rollup.count({ where: { siteId: site.id, grain: "day", day: { lt: new Date(localDayOf(site.timezone, border).date) } } }),
      ).toBe(0);
      expect((await verify(db, site)).differences).toEqual([]);
      await goOn(site, log);
      expect((await verify(db, site)).differences).toEqual([]);
    }),
    { numRuns: 12, seed: 12 },
  );
});

test("someone who may see the dashboard is not erased", async () => {
  const { site } = await siteWith([]);
  await expect(forgetPerson(testDatabase.db, site, "owner@example.com", "tester")).rejects.toMatchObject({ code: "conflict" });
});

test("what was done is written down, without the data of whom it was about", async () => {
  const entries = await readAudit(testDatabase.db, 500);
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["person.export", "person.erase", "retention.apply"]));
  expect(JSON.stringify(entries.map(({ details }) => details))).not.toMatch(/ann|ben/);
});
