import { afterAll, beforeAll, expect, test } from "vitest";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const EVE = { key: "account-eve", label: "Eve", gender: "f" } as const;
const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 4, 6, hour, minute));

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
});
afterAll(() => database.drop());

/** What the numbers say; each time every rollup is held against a recount of all events. */
const readUsers = async (): Promise<unknown> => {
  expect((await verify(database.db, site)).differences).toEqual([]);
  const { metrics } = await readSnapshot(database.db, { site: "demo", period: "day", date: "2026-05-06", lens: "all" }, at(23));
  return [metrics.users, metrics.sessions, metrics.genderRatio];
};

test("anonymous at noon, signed in at one, on the phone at two, signed out at three: one person, at every moment", async () => {
  const { db } = database;
  await appendEvents(db, site, [makeEvent({ visitor: "laptop", at: at(12) })]);
  expect(await readUsers()).toEqual([1, 1, { m: 0, f: 0, unknown: 1 }]);
  await appendEvents(db, site, [makeEvent({ visitor: "laptop", at: at(13), kind: "login", method: "POST", user: EVE })]);
  expect(await readUsers()).toEqual([1, 2, { m: 0, f: 1, unknown: 0 }]);
  await appendEvents(db, site, [makeEvent({ visitor: "phone", at: at(13, 50) })]);
  expect(await readUsers()).toEqual([2, 3, { m: 0, f: 1, unknown: 1 }]); // nobody can know yet
  await appendEvents(db, site, [makeEvent({ visitor: "phone", at: at(14), kind: "login", method: "POST", user: EVE })]);
  expect(await readUsers()).toEqual([1, 3, { m: 0, f: 1, unknown: 0 }]);
  await appendEvents(db, site, [
    makeEvent({ visitor: "phone", at: at(15), kind: "logout", method: "POST", user: EVE }),
    makeEvent({ visitor: "phone", at: at(15, 1) }),
    makeEvent({ visitor: "laptop", at: at(15, 2) }),
  ]);
  expect(await readUsers()).toEqual([1, 6, { m: 0, f: 1, unknown: 0 }]);
});
