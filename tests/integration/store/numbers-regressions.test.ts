import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

// Small logs by name. A log that numbers-property.test.ts finds computed wrongly is added here as fast-check shrank it.

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ANN = { key: "ann", label: "Ann", gender: "f" } as const;
const view = (at: string, visitor = "v") => makeEvent({ at: new Date(at), visitor });
const login = (at: string, visitor = "v") =>
  makeEvent({ at: new Date(at), visitor, kind: "login", method: "POST", route: "/login", path: "/login", user: ANN });
const logout = (at: string, visitor = "v") =>
  makeEvent({ at: new Date(at), visitor, kind: "logout", method: "POST", route: "/logout", path: "/logout" });

const twice = view("2026-06-10T12:00:00Z");
const again = view("2026-06-10T12:00:00Z");
const LOGS: [name: string, timezone: string, batches: NewEvent[][], sessions: number][] = [
  ["one object stands twice in its batch", "UTC", [[twice, twice]], 1],
  ["an event comes again with another's batch", "UTC", [[again], [again, view("2026-06-10T12:01:00Z")], [again]], 1],
  [
    "a late event joins two sessions into one",
    "UTC",
    [[view("2026-06-10T12:00:00Z")], [view("2026-06-10T12:50:00Z")], [view("2026-06-10T12:25:00Z")]],
    1,
  ],
  [
    "1,800 s of silence belong to the session, 1,801 s end it",
    "UTC",
    [[view("2026-06-10T12:00:00Z"), view("2026-06-10T12:30:00Z")], [view("2026-06-10T13:00:01Z")]],
    2,
  ],
  [
    "a sign-in after midnight claims the anonymous day before",
    "Asia/Kathmandu",
    [[view("2026-06-10T18:10:00Z")], [login("2026-06-10T18:20:00Z")]],
    1,
  ],
  [
    "two browsers turn out to be one person in one batch, on both sides of a clock set back",
    "America/St_Johns",
    [
      [view("2026-11-01T04:10:00Z", "a"), view("2026-11-01T04:20:00Z", "b")],
      [login("2026-11-01T04:40:00Z", "a"), login("2026-11-01T05:10:00Z", "b")],
    ],
    3,
  ],
  [
    "a sign-out comes before what was done before it",
    "Pacific/Chatham",
    [[login("2026-04-04T13:40:00Z")], [logout("2026-04-04T13:50:00Z"), view("2026-04-04T13:51:00Z")], [view("2026-04-04T13:45:00Z")]],
    2,
  ],
  [
    "somebody comes on a day and on the seventh after it: in one week each, not in one together",
    "Europe/Berlin",
    [[view("2026-03-28T23:30:00Z")], [view("2026-04-04T22:30:00Z")]],
    2,
  ],
];

test.each(LOGS)("%s", async (name, timezone, batches, sessions) => {
  const { db } = database;
  const slug = `log-${LOGS.findIndex(([other]) => other === name)}`;
  await db.site.create({ data: { slug, name: slug, timezone } });
  const site = await readSite(db, slug);
  const sent = { appended: 0, duplicates: 0 };
  for (const batch of batches) {
    const { appended, duplicates } = await appendEvents(db, site, batch);
    sent.appended += appended;
    sent.duplicates += duplicates;
  }
  const events = new Set(batches.flat().map(({ id }) => id)).size;
  expect(sent).toEqual({ appended: events, duplicates: batches.flat().length - events });
  expect(await db.session.count({ where: { siteId: site.id } })).toBe(sessions);
  expect((await verify(db, site)).differences).toEqual([]);
  await rebuild(db, site, "all");
  expect(await db.session.count({ where: { siteId: site.id } })).toBe(sessions);
  expect((await verify(db, site)).differences).toEqual([]);
});
