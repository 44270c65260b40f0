import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { closeRunClient } from "../../../lib/pipeline/run-client";
import { startBackfill } from "../../../lib/pipeline/start-runs";
import { workOffQueue } from "../../../lib/pipeline/work-off-queue";
import { appendEvents } from "../../../lib/store/append-events";
import { readRunsById } from "../../../lib/store/read-runs";
import { readSite } from "../../../lib/store/read-site";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAY = "2026-03-02";

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await closeRunClient();
  await database.drop();
});

test("a call whose time is up says what is left, and the next one completes it, without the files of the first", async () => {
  const site = await readSite(database.db, "demo");
  await appendEvents(database.db, site, someViews(DAY, 5));
  const [run] = await startBackfill(database.url, { site, from: DAY, to: DAY, startedBy: "test" });
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query("BEGIN");
  await blocker.query("LOCK TABLE daily_page IN ACCESS EXCLUSIVE MODE");
  expect(await workOffQueue(database.db, database.url, 3_000)).toBe(1);
  await blocker.end();
  expect(await workOffQueue(database.db, database.url, 120_000)).toBe(0);
  const [ended] = await readRunsById(database.db, [run?.id as string]);
  expect(ended).toMatchObject({ state: "succeeded", error: null });
  expect(await database.db.dailyPage.aggregate({ _sum: { accesses: true } })).toEqual({ _sum: { accesses: 5 } });
}, 200_000);
