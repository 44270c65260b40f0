import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { setEnv } from "../../../lib/env";
import { exportPerson } from "../../../lib/privacy/export-person";
import { forgetPerson } from "../../../lib/privacy/forget";
import { appendEvents } from "../../../lib/store/append-events";
import { readAudit } from "../../../lib/store/audit";
import { appendExcluded } from "../../../lib/store/excluded";
import { readSite, type Site } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
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

test("what waits in a spool of who is erased is left out, a request that was left out goes, and who comes back later counts anew", async () => {
  const { db } = testDatabase;
  const { site } = await siteWith([]);
  const client = { userAgent: "Browser/1.0", browser: null, os: null, device: null, language: null, screen: null };
  const seen = makeEvent({ visitor: "gone", client, address: "192.0.2.7", at: new Date(Date.now() - 60_000) });
  await appendEvents(db, site, [seen, makeEvent({ visitor: "stays", address: "192.0.2.7", at: new Date(Date.now() - 60_000) })]);
  const left = { category: "prefetch", reason: "test", path: "/", method: "GET", status: 200, address: "192.0.2.7" } as const;
  await appendExcluded(db, site.id, [
    { ...left, at: seen.at, userAgent: "Browser/1.0" },
    { ...left, at: seen.at, userAgent: "Somebody else's" },
  ]);
  const waiting = makeEvent({ visitor: "gone", at: new Date(Date.now() - 1_000) });

  await forgetPerson(db, site, "gone", "tester");
  expect(await db.excludedEvent.findMany({ where: { siteId: site.id }, select: { userAgent: true } })).toEqual([
    { userAgent: "Somebody else's" },
  ]);
  const unrelated = makeEvent({ visitor: "stays", at: new Date(Date.now() - 1_000) });
  expect(await appendEvents(db, site, [waiting, unrelated])).toEqual({ appended: 1, duplicates: 0, erased: 1 });
  expect(await db.visitor.count({ where: { siteId: site.id, key: "gone" } })).toBe(0);
  const back = makeEvent({ visitor: "gone", at: new Date(Date.now() + 1_000) });
  expect(await appendEvents(db, site, [back])).toMatchObject({ appended: 1, erased: 0 });
  expect((await verify(db, site)).differences).toEqual([]);
});

test("someone who may see the dashboard is not erased", async () => {
  const { site } = await siteWith([]);
  await expect(forgetPerson(testDatabase.db, site, "owner@example.com", "tester")).rejects.toMatchObject({ code: "conflict" });
});

test("what was done is written down, without the data of whom it was about", async () => {
  const entries = await readAudit(testDatabase.db, 500);
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["person.export", "person.erase"]));
  expect(JSON.stringify(entries.map(({ details }) => details))).not.toMatch(/ann|ben/);
});
