import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { setEnv } from "../../../lib/env";
import { closeRunClient } from "../../../lib/pipeline/run-client";
import { exportPerson } from "../../../lib/privacy/export-person";
import { forgetPerson } from "../../../lib/privacy/forget";
import { appendEvents } from "../../../lib/store/append-events";
import { readAudit } from "../../../lib/store/audit";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { addCaptureCounts } from "../../../lib/store/capture-counts";
import { forgetOldDigests } from "../../../lib/store/erased-keys";
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
  await closeRunClient();
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
      if (!there)
        return void (await expect(forgetPerson(db, testDatabase.url, site, name, "tester")).rejects.toMatchObject({ code: "not-found" }));
      const before = await eventsOf(site);
      let text = "";
      for await (const piece of await exportPerson(db, site, name, "tester")) text += piece;
      const { events: exported, users } = JSON.parse(text) as { events: { id: string }[]; users: { key: string }[] };
      const removed = await forgetPerson(db, testDatabase.url, site, name, "tester");
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
  const exampleOf = (userAgent: string) => ({ at: seen.at, path: "/", userAgent });
  const examples = new Map([
    ["ignored:redirect", exampleOf("Browser/1.0")],
    ["ignored:aborted", exampleOf("Somebody else's")],
  ]);
  await addCaptureCounts(db, site, seen.at, { "ignored:redirect": 1, "ignored:aborted": 1 }, examples);

  await forgetPerson(db, testDatabase.url, site, "gone", "tester");
  expect(await db.excludedEvent.findMany({ where: { siteId: site.id }, select: { userAgent: true } })).toEqual([
    { userAgent: "Somebody else's" },
  ]);
  const counted = await db.captureCount.findMany({ where: { siteId: site.id }, orderBy: { name: "asc" } });
  expect(counted.map(({ name, amount, example }) => [name, Number(amount), example !== null])).toEqual([
    ["ignored:aborted", 1, true],
    ["ignored:redirect", 1, false],
  ]);
  const unrelated = makeEvent({ visitor: "stays", at: new Date(Date.now() - 1_000) });
  expect(await appendEvents(db, site, [waiting, unrelated])).toEqual({ appended: 1, duplicates: 0, erased: 1 });
  expect(await db.visitor.count({ where: { siteId: site.id, key: "gone" } })).toBe(0);
  // Nor in a later batch, when nobody wrote to the site in between.
  const late = makeEvent({ visitor: "gone", at: waiting.at });
  expect(await appendEvents(db, site, [late, makeEvent({ visitor: "stays" })])).toEqual({ appended: 1, duplicates: 0, erased: 1 });
  await appendExcluded(db, site.id, [
    { ...left, at: waiting.at, userAgent: "Browser/1.0" },
    { ...left, at: waiting.at, userAgent: "Somebody else's" },
    { ...left, at: new Date(Date.now() + 1_000), userAgent: "Browser/1.0" },
  ]);
  expect(await db.excludedEvent.count({ where: { siteId: site.id, userAgent: "Browser/1.0" } })).toBe(1);
  expect(await db.excludedEvent.count({ where: { siteId: site.id, userAgent: "Somebody else's" } })).toBe(2);
  const digests = () => db.erasedKey.count({ where: { siteId: site.id, digest: { startsWith: "b:" } } });
  expect(await digests()).toBe(1);
  await db.erasedKey.updateMany({
    where: { siteId: site.id, digest: { startsWith: "b:" } },
    data: { at: new Date(Date.now() - 90_000_000) },
  });
  await forgetOldDigests(db);
  expect(await digests()).toBe(0);
  const back = makeEvent({ visitor: "gone", at: new Date(Date.now() + 1_000) });
  expect(await appendEvents(db, site, [back])).toMatchObject({ appended: 1, erased: 0 });
  expect((await verify(db, site)).differences).toEqual([]);
});

test("a browser that is still signed in as who is erased goes on as nobody, in every process and whatever the time", async () => {
  const { db } = testDatabase;
  const { site } = await siteWith([]);
  const at = (seconds: number) => new Date(Date.now() + seconds * 1_000);
  const user = { key: "erased-user", label: "Eve", gender: "f" } as const;
  const other = { key: "other-user", label: "Ann", gender: "f" } as const;
  await appendEvents(db, site, [
    makeEvent({ visitor: "signed-in", kind: "login", user, at: at(-60) }),
    makeEvent({ visitor: "v", kind: "login", user: other, at: at(-60) }),
  ]);
  await forgetPerson(db, testDatabase.url, site, user.key, "tester");
  // The first batch reads everything anew; the second one goes on from what this process remembers.
  for (const [index, events] of [
    [makeEvent({ visitor: "v", user: other, at: at(1) }), makeEvent({ visitor: "signed-in", user, at: at(1) })],
    [makeEvent({ visitor: "v", user: other, at: at(2) }), makeEvent({ visitor: "signed-in", user, at: at(2) })],
    [makeEvent({ visitor: "signed-in", user, kind: "login", at: at(3) })],
  ].entries()) {
    expect(await appendEvents(db, site, events), `batch ${index}`).toEqual({ appended: events.length, duplicates: 0, erased: 0 });
    expect(await knows(site, user.key)).toBe(false);
    expect((await verify(db, site)).differences).toEqual([]);
  }
  expect(await db.knownUser.findMany({ where: { siteId: site.id }, select: { label: true } })).toEqual([{ label: "Ann" }]);
});

test("an import that is being read while somebody is erased does not bring them back; what they do later is nobody's", async () => {
  const { db } = testDatabase;
  const { site } = await siteWith([]);
  const ada = { key: "ada", label: "Ada L", gender: "f" } as const;
  const bob = { key: "bob", label: "Bob", gender: "m" } as const;
  const deed = (user: typeof ada | typeof bob, at: Date) => makeEvent({ visitor: `user:${user.key}`, kind: "login", user, at });
  const day = (date: string) => new Date(`${date}T12:00:00Z`);
  await bulkAppend(db, site, [[deed(ada, day("2024-03-01")), deed(bob, day("2024-03-01"))]]);
  async function* erasingMeanwhile() {
    yield [deed(ada, day("2024-03-02")), deed(bob, day("2024-03-02"))];
    expect(await forgetPerson(db, testDatabase.url, site, "ada", "tester")).toMatchObject({ events: 1 });
    yield [deed(ada, day("2024-03-03")), deed(ada, new Date(Date.now() + 3_600_000))];
  }
  expect(await bulkAppend(db, site, erasingMeanwhile())).toEqual({ appended: 2, duplicates: 0, erased: 2, otherInstants: 0 });
  expect(await db.knownUser.findMany({ where: { siteId: site.id }, select: { label: true } })).toEqual([{ label: "Bob" }]);
  expect(await eventsOf(site)).toBe(3);
  expect((await verify(db, site)).differences).toEqual([]);
  // When nothing is left of a file, nothing happens.
  expect(await bulkAppend(db, site, [[deed(ada, day("2024-03-04"))]])).toEqual({ appended: 0, duplicates: 0, erased: 1, otherInstants: 0 });
  expect((await verify(db, site)).differences).toEqual([]);
});

test("an erasure that fails leaves the person to be erased again, account and all; then its days are counted again, however old", async () => {
  const { db, url } = testDatabase;
  const account = { email: "eve@example.com", passwordHash: "x", name: "Eve", surname: "E" };
  const { id } = await db.account.create({ data: account });
  const at = new Date("2024-03-02T12:00:00Z");
  const { site } = await siteWith([
    makeEvent({ visitor: "eves", kind: "login", user: { key: id, label: "Eve", gender: "f" }, at }),
    makeEvent({ visitor: "other", at }),
  ]);
  await db.pipelineRun.create({
    data: { siteId: site.id, day: new Date("2024-03-02"), attempt: 1, workflowId: "before", state: "succeeded", startedBy: "schedule" },
  });

  await db.$executeRaw`ALTER TABLE audit_entry ADD CONSTRAINT disk_is_full CHECK (action <> 'person.erase') NOT VALID`;
  await expect(forgetPerson(db, url, site, account.email, "tester")).rejects.toThrow("disk_is_full");
  expect(await db.account.count({ where: { id } })).toBe(1);
  expect(await eventsOf(site)).toBe(2);
  await db.$executeRaw`ALTER TABLE audit_entry DROP CONSTRAINT disk_is_full`;

  expect(await forgetPerson(db, url, site, account.email, "tester")).toEqual({ events: 1, days: ["2024-03-02"] });
  expect(await db.account.count({ where: { id } })).toBe(0);
  expect(await knows(site, id)).toBe(false);
  const runs = await db.pipelineRun.findMany({ where: { siteId: site.id }, orderBy: { attempt: "asc" } });
  expect(runs.map(({ state, startedBy }) => [state, startedBy])).toEqual([
    ["succeeded", "schedule"],
    ["queued", "tester"],
  ]);
});

test("someone who may see the dashboard is not erased", async () => {
  const { site } = await siteWith([]);
  await expect(forgetPerson(testDatabase.db, testDatabase.url, site, "owner@example.com", "tester")).rejects.toMatchObject({
    code: "conflict",
  });
});

test("what was done is written down, without the data of whom it was about", async () => {
  const entries = await readAudit(testDatabase.db, 500);
  expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(["person.export", "person.erase"]));
  expect(JSON.stringify(entries.map(({ details }) => details))).not.toMatch(/ann|ben/);
});
