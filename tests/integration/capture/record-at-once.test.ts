import { afterAll, beforeAll, expect, test } from "vitest";
import { recordAtOnce } from "@/lib/capture/record-at-once";
import type { Remembered } from "@/lib/capture/remembered";
import { captureState } from "@/lib/capture/state";
import { createProcessDatabase } from "../../support/process-database";
import type { TestDatabase } from "../../support/test-database";
import { BROWSERS } from "../../support/user-agents";

const AT = new Date("2026-06-10T12:00:00.000Z");

let database: TestDatabase;
beforeAll(async () => {
  database = await createProcessDatabase();
});
afterAll(() => database.drop());

const remember = (given: Partial<Remembered>): Remembered => ({
  site: "demo",
  kind: "view",
  method: "GET",
  route: "/login",
  path: "/login",
  search: "",
  host: "shop.example",
  visitorId: "AAAAAAAAAAAAAAAAAAAAAA",
  knownVisitor: true,
  secure: true,
  headers: { "user-agent": BROWSERS[0] },
  ...given,
});

test("where no server tells of the end, a view is stored at once, with status and duration unknown", async () => {
  await recordAtOnce(remember({}), AT);
  expect(await database.db.event.findMany()).toEqual([
    expect.objectContaining({ at: AT, kind: "view", outcome: "success", status: null, durationMs: null, address: null }),
  ]);
});

test("there too a machine is stored apart", async () => {
  await recordAtOnce(remember({ headers: { "user-agent": "curl/8.5.0" } }), AT);
  expect(await database.db.excludedEvent.findMany()).toEqual([expect.objectContaining({ category: "bot", path: "/login" })]);
  expect(await database.db.event.count()).toBe(1);
});

test("there too a visitor without a cookie has a name for the day", async () => {
  captureState().salts.clear();
  const now = new Date();
  await recordAtOnce(remember({ visitorId: null }), now);
  await recordAtOnce(remember({ visitorId: null }), now);
  const visitors = await database.db.visitor.findMany({ where: { key: { startsWith: "day:" } } });
  expect(visitors).toHaveLength(1);
});
