import { afterAll, beforeAll, expect, test } from "vitest";
import { setEnv } from "../../lib/env";
import { addDays } from "../../lib/metrics/calendar";
import { lastDueDate } from "../../lib/pipeline/queue-due-days";
import { appendEvents } from "../../lib/store/append-events";
import { readRuns } from "../../lib/store/read-runs";
import { readSite, type Site } from "../../lib/store/read-site";
import { runApp, type TestApp } from "../support/run-app";
import { someViews } from "../support/some-views";
import { stayClearOf } from "../support/stay-clear-of";

const SECRET = "a secret of the scheduler";
// From then on a night is due, and it must be the same one throughout.
await stayClearOf("01:05");
const LAST = lastDueDate("UTC", Date.now());
const MISSED = addDays(LAST, -3);

let app: TestApp;
let site: Site;

beforeAll(async () => {
  // As on Vercel: no part of a server runs beside the requests, so the call itself does the work.
  setEnv({ VERCEL: "1", CRON_SECRET: SECRET, LAUNCHES_URL: "http://127.0.0.1:9/launches/" });
  app = await runApp();
  site = await readSite(app.db, "demo");
});
afterAll(async () => {
  await app?.stop();
  setEnv({ VERCEL: "", CRON_SECRET: "", LAUNCHES_URL: "" });
});

const call = (authorization?: string) => fetch(`${app.url}/api/cron/pipeline`, { headers: authorization ? { authorization } : {} });

async function callAsScheduler(): Promise<unknown> {
  const response = await call(`Bearer ${SECRET}`);
  expect(response.status).toBe(200);
  return response.json();
}

const runs = async () => (await readRuns(app.db, site.id, { limit: 10 })).map(({ date, state, attempt }) => [date, state, attempt]);
const accesses = async () =>
  (await app.db.dailyPage.findMany({ orderBy: { day: "asc" } })).map((row) => [row.day.toISOString().slice(0, 10), row.accesses]);

test("the scheduler's call runs yesterday and every missed night to their ends, and a second call finds nothing to do", async () => {
  await appendEvents(app.db, site, [...someViews(MISSED, 4), ...someViews(LAST, 6)]);
  for (const authorization of [undefined, "Bearer another", SECRET]) expect((await call(authorization)).status).toBe(401);
  expect(await runs()).toEqual([]);

  expect(await callAsScheduler()).toEqual({ queued: [MISSED, LAST], unfinished: 0 });
  const once = [
    [LAST, "succeeded", 1],
    [MISSED, "succeeded", 1],
  ];
  expect(await runs()).toEqual(once);
  expect(await accesses()).toEqual([
    [MISSED, 4],
    [LAST, 6],
  ]);

  expect(await callAsScheduler()).toEqual({ queued: [], unfinished: 0 });
  expect(await runs()).toEqual(once);
});

test("two calls at once run a day once, and a day whose events have changed replaces its figures", async () => {
  await appendEvents(app.db, site, someViews(MISSED, 3, "late"));
  const answers = (await Promise.all([callAsScheduler(), callAsScheduler()])) as { unfinished: number }[];
  expect(answers.map(({ unfinished }) => unfinished)).toEqual([0, 0]);
  expect(await runs()).toEqual([
    [LAST, "succeeded", 1],
    [MISSED, "succeeded", 2],
  ]);
  expect(await accesses()).toEqual([
    [MISSED, 7],
    [LAST, 6],
  ]);
});
