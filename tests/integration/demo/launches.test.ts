import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { refreshLaunches } from "../../../lib/demo/launches/refresh-launches";
import { readLaunch, readUpcomingLaunches } from "../../../lib/store/launches";
import { type LaunchServer, launchAnswer, sendJson, startLaunchServer } from "../../support/launch-server";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const NOW = new Date("2026-03-02T12:00:00Z");
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

let database: TestDatabase;
let source: LaunchServer;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  source = await startLaunchServer();
  await database.db.launch.deleteMany();
  const blank = { etag: null, lastModified: null, checkedAt: null, changedAt: null, asked: [], notBefore: null };
  await database.db.launchSource.update({ where: { id: 1 }, data: blank });
});
afterEach(() => source.close());

const refresh = (now: Date, options: { timeoutMs?: number } = {}) =>
  refreshLaunches(database.db, source.url, { now, timeoutMs: 2_000, ...options });
const names = async (now = NOW) => (await readUpcomingLaunches(database.db, now, 50)).launches.map(({ name }) => name);

async function fillTwo() {
  source.answer = sendJson(launchAnswer(2, NOW), { etag: '"one"' });
  expect(await refresh(NOW)).toMatchObject({ rows: 2 });
}

test("the list is kept as the source gave it", async () => {
  await fillTwo();
  expect(source.requests[0]?.url).toBe("/2.3.0/launches/upcoming/?limit=100");
  expect(await readLaunch(database.db, "falcon-9-block-5-starlink-group-0")).toMatchObject({
    name: "Falcon 9 Block 5 | Starlink Group 0",
    net: new Date("2026-03-03T12:00:00Z"),
    status: "Go for Launch",
    provider: "SpaceX",
    rocket: "Falcon 9 Block 5",
    orbit: "Low Earth Orbit",
    pad: "Space Launch Complex 40",
    location: "Cape Canaveral SFS, FL, USA",
    country: "United States of America",
  });
  expect((await readUpcomingLaunches(database.db, NOW, 50)).checkedAt).toEqual(NOW);
});

test("a list that has not changed is only confirmed", async () => {
  await fillTwo();
  source.answer = (request, response) => response.writeHead(request.headers["if-none-match"] === '"one"' ? 304 : 500).end();
  expect(await refresh(later(30))).toMatchObject({ rows: 0, note: "the list has not changed" });
  expect((await readUpcomingLaunches(database.db, NOW, 50)).checkedAt).toEqual(later(30));
  expect(await names()).toHaveLength(2);
});

test("a launch that is no longer announced disappears", async () => {
  await fillTwo();
  source.answer = sendJson(launchAnswer(1, NOW));
  await refresh(later(30));
  expect(await names()).toEqual(["Falcon 9 Block 5 | Starlink Group 0"]);
});

test.each([
  ["a server error", ((_, response) => response.writeHead(500).end()) as LaunchServer["answer"], "the source answered 500"],
  ["broken JSON", sendJson('{"results": ['), "the answer is not JSON"],
  [
    "changed fields",
    sendJson({ results: [{ ...launchAnswer(1, NOW).results[0], net: "soon" }] }),
    /the answer has another shape: results\.0\.net/,
  ],
  ["another answer", sendJson({ launches: [] }), /the answer has another shape: results/],
  ["no answer in time", (() => undefined) as LaunchServer["answer"], "no answer within 0.3 s"],
  ["a connection cut short", ((request) => request.socket.destroy()) as LaunchServer["answer"], /cannot be reached/],
])("%s leaves the last list as it was", async (_, answer, why) => {
  await fillTwo();
  source.answer = answer;
  const outcome = await refresh(later(30), { timeoutMs: 300 });
  expect(outcome).toEqual({ skipped: typeof why === "string" ? why : expect.stringMatching(why) });
  expect(await names()).toHaveLength(2);
  expect((await readUpcomingLaunches(database.db, NOW, 50)).checkedAt).toEqual(NOW);
});

test("fields that are only shown may be missing or other", async () => {
  const { results } = launchAnswer(1, NOW);
  source.answer = sendJson({
    results: [{ ...results[0], pad: 7, mission: null, rocket: { configuration: [] }, launch_service_provider: undefined }],
  });
  expect(await refresh(NOW)).toMatchObject({ rows: 1 });
  expect(await readLaunch(database.db, "falcon-9-block-5-starlink-group-0")).toMatchObject({
    pad: null,
    mission: null,
    rocket: null,
    provider: null,
  });
});

test("after 429 the source is left alone for as long as it asks", async () => {
  source.answer = (_, response) => response.writeHead(429, { "retry-after": "1200" }).end('{"detail":"Request was throttled."}');
  expect(await refresh(NOW)).toEqual({ skipped: "the source answered 429: not to be asked before 2026-03-02T12:20:00.000Z" });
  expect(await refresh(later(19))).toEqual({ skipped: "the source asked to wait another 1 min" });
  expect(source.requests).toHaveLength(1);
  source.answer = sendJson(launchAnswer(1, NOW));
  expect(await refresh(later(21))).toMatchObject({ rows: 1 });
});

test("the source is asked at most 15 times an hour, and not at all while the list is fresh", async () => {
  for (let minute = 0; minute < 15; minute++) await refresh(later(minute));
  expect(source.requests).toHaveLength(15);
  expect(await refresh(later(16))).toEqual({ skipped: "the source was asked 15 times in the last hour, which is its limit" });
  source.answer = sendJson(launchAnswer(1, NOW));
  expect(await refresh(later(61))).toMatchObject({ rows: 1 });
  expect(await refresh(later(65))).toEqual({ skipped: "the list is only 4 min old" });
  expect(source.requests).toHaveLength(16);
});

test("two launches with one name have two addresses", async () => {
  const { results } = launchAnswer(2, NOW);
  source.answer = sendJson({ results: results.map((launch) => ({ ...launch, slug: "demo-flight" })) });
  await refresh(NOW);
  const { launches } = await readUpcomingLaunches(database.db, NOW, 50);
  expect(launches.map(({ slug }) => slug)).toEqual(["demo-flight", "demo-flight-4a2f7c1e-0000-4000-8000-000000000001"]);
});
