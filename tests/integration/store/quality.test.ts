import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { periodSpan } from "../../../lib/metrics/calendar";
import { appendEvents } from "../../../lib/store/append-events";
import { addCaptureCounts } from "../../../lib/store/capture-counts";
import { changeSettings } from "../../../lib/store/change-settings";
import { changeSite } from "../../../lib/store/change-site";
import { appendExcluded } from "../../../lib/store/excluded";
import { sizeOf } from "../../../lib/store/histogram";
import { readHealth } from "../../../lib/store/read-health";
import { readQuality } from "../../../lib/store/read-quality";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readResponseTimes } from "../../../lib/store/response-times";
import { forgetEventsBefore, forgetNumbersBefore } from "../../../lib/store/retain";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAY = "2026-05-06";
const NOON = new Date(`${DAY}T12:00:00Z`);
const span = periodSpan("UTC", "day", DAY);

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
});
afterAll(() => database.drop());

test("the zone of a site changes only before its first event, its name and privacy at any time", async () => {
  const { db } = database;
  const { id } = await db.site.create({ data: { slug: "change", name: "Change", timezone: "UTC" } });
  const { settings } = await readSite(db, "change");
  await changeSite(db, id, { name: "Changed", timezone: "Asia/Kathmandu", settings });
  const changed = await readSite(db, "change");
  expect(changed).toMatchObject({ name: "Changed", timezone: "Asia/Kathmandu" });
  await appendEvents(db, changed, someViews(DAY, 1, "changer"));
  await expect(changeSite(db, id, { name: "Again", timezone: "UTC", settings })).rejects.toMatchObject({
    code: "conflict",
    field: "timezone",
  });
  expect((await readSite(db, "change")).name).toBe("Changed");
  await changeSite(db, id, { name: "Again", timezone: "Asia/Kathmandu", settings: { ...settings, addressPrivacy: "hash" } });
  expect(await readSite(db, "change")).toMatchObject({ name: "Again", settings: { addressPrivacy: "hash" } });
});

test("saving a site's form leaves the rules that somebody else has saved since it was opened", async () => {
  const { db } = database;
  const { id } = await db.site.create({ data: { slug: "together", name: "Together", timezone: "UTC" } });
  const exclude = { addresses: ["192.0.2.0/24"], paths: ["/internal"], hosts: [] };
  await Promise.all([
    changeSettings(db, id, { exclude, fastestPages: null }),
    changeSite(db, id, { name: "Saved", timezone: "UTC", settings: { privacySignal: "do-not-count" } }),
  ]);
  const { name, settings } = await readSite(db, "together");
  expect({ name, ...settings }).toMatchObject({ name: "Saved", privacySignal: "do-not-count", fastestPages: null, exclude });
  await changeSite(db, id, { name: "Again", timezone: "UTC", settings: { eventDays: 30, numberDays: null } });
  expect((await readSite(db, "together")).settings).toEqual({ ...settings, eventDays: 30 });
});

test("what was left out is told by reason, the most frequent first, each with its latest example, and only of the period", async () => {
  const row = { category: "bot", reason: "known bot", path: "/a", method: "GET", status: 200, address: null, userAgent: "Bot/1" } as const;
  const at = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);
  await appendExcluded(database.db, site.id, [
    { ...row, at: at(0) },
    { ...row, at: at(2), path: "/latest", userAgent: "Bot/2" },
    { ...row, at: at(1) },
    { ...row, at: at(0), category: "ai-agent", reason: "GPTBot" },
    { ...row, at: at(-24 * 60) },
  ]);
  const example = { at: at(3), path: "/ahead", userAgent: null };
  await addCaptureCounts(
    database.db,
    site,
    NOON,
    { "ignored:prefetch": 2 },
    new Map([["ignored:prefetch", { ...example, path: "/before" }]]),
  );
  await addCaptureCounts(
    database.db,
    site,
    NOON,
    { "ignored:prefetch": 2, "dropped:buffer-full": 2 },
    new Map([["ignored:prefetch", example]]),
  );
  await addCaptureCounts(database.db, site, NOON, { "ignored:prefetch": 3 });
  const quality = await readQuality(database.db, site.id, span);
  expect(quality.excluded).toEqual({ bot: 3, "ai-agent": 1 });
  expect(quality.counts).toEqual({
    "ignored:prefetch": { amount: 7, example: { at: at(3).toISOString(), path: "/ahead", userAgent: null } },
    "dropped:buffer-full": { amount: 2, example: null },
  });
  expect(quality.reasons.map(({ reason, requests }) => [reason, requests])).toEqual([
    ["known bot", 3],
    ["GPTBot", 1],
  ]);
  expect(quality.reasons[0]).toMatchObject({ path: "/latest", userAgent: "Bot/2", lastAt: at(2).toISOString() });
});

/** Requests of the whole hours of a day, the later in an hour the slower. */
function timedRequests(day: string, hours: number, each: number, visitor: string) {
  const [view] = someViews(day, 1, visitor);
  if (!view) throw new Error("no view was made");
  return Array.from({ length: hours * each }, (_, index) => ({
    ...view,
    id: randomUUID(),
    at: new Date(Date.parse(`${day}T00:00:00Z`) + Math.floor(index / each) * 3_600_000 + index * 10),
    durationMs: index % each,
  }));
}

const near = (value: number) => ({
  asymmetricMatch: (other: unknown) => typeof other === "number" && Math.abs(other - value) <= value * 0.02,
  toString: () => `within 2 % of ${value}`,
});

test("response times are of every request of the period, to within 2 %, and failures are told by path and status", async () => {
  const [view] = someViews(DAY, 1, "healthy");
  if (!view) throw new Error("no view was made");
  const requests = Array.from({ length: 101 }, (_, index) => ({
    ...view,
    id: randomUUID(),
    at: new Date(view.at.getTime() + index),
    durationMs: index,
    status: index < 3 ? 404 : 200,
    path: index < 3 ? "/gone" : "/",
  }));
  const ping = { ...view, id: randomUUID(), kind: "ping" as const, durationMs: 9_999 };
  await appendEvents(database.db, site, [...requests, ping]);
  const health = await readHealth(database.db, site, span);
  expect(health).toMatchObject({ timed: { requests: 101, from: DAY }, vitals: [], vitalsSince: null });
  expect(health.routes).toEqual([{ route: "/", views: 101, failed: 3, p50: near(50), p95: near(95), p99: near(99) }]);
  expect(health.failures).toEqual([
    { path: "/gone", status: 404, referrer: null, requests: 3, lastAt: new Date(view.at.getTime() + 2).toISOString() },
  ]);
});

test("an hour is summed once, and anew when events come to it or leave it; a day whose events are forgotten keeps its times", async () => {
  const { db } = database;
  const { id } = await db.site.create({ data: { slug: "times", name: "Times", timezone: "UTC" } });
  const other = await readSite(db, "times");
  const week = periodSpan("UTC", "week", "2026-05-20");
  await appendEvents(db, other, [...timedRequests("2026-05-19", 3, 100, "early"), ...timedRequests("2026-05-20", 24, 50, "late")]);
  const timed = async (from = other) => (await readHealth(db, from, week)).timed.requests;
  expect(await timed()).toBe(1_500);
  const summed = await db.responseHour.findMany({ where: { siteId: id }, orderBy: [{ day: "asc" }, { hour: "asc" }] });
  expect(summed.map(({ actions }) => actions)).toEqual([...Array(3).fill(100), ...Array(24).fill(50)]);
  // Not summed again: what stands there is what is told.
  await db.$executeRaw`UPDATE response_hour SET routes = '{}' WHERE site_id = ${id}::smallint AND day = '2026-05-19' AND hour = 0`;
  expect(await timed()).toBe(1_400);
  const [late] = timedRequests("2026-05-19", 1, 1, "too-late");
  if (!late) throw new Error("no view was made");
  await appendEvents(db, other, [late]);
  expect(await timed()).toBe(1_501);
  await forgetEventsBefore(db, other, "2026-05-20");
  const after = await readSite(db, "times");
  expect(after.eventsFrom).toBe("2026-05-20");
  expect(await timed(after)).toBe(1_501);
  await forgetNumbersBefore(db, after, "2026-05-20");
  expect(await timed(after)).toBe(1_200);
});

test("a long period is summed day by day, the latest first, as far as there is time; the next who asks finds more", async () => {
  const { db } = database;
  await db.site.create({ data: { slug: "busy", name: "Busy", timezone: "UTC" } });
  const busy = await readSite(db, "busy");
  const week = periodSpan("UTC", "week", "2026-05-20");
  for (const { date } of week.days) await appendEvents(db, busy, timedRequests(date, 2, 5, "daily"));
  const told = [];
  for (let turn = 0; turn < 8; turn++) {
    const { byRoute, from } = await readResponseTimes(db, busy, week, 0);
    told.push([from, [...byRoute.values()].map(sizeOf)[0]]);
  }
  expect(told[0]).toEqual(["2026-05-20", 10]);
  expect(told.at(-1)).toEqual(["2026-05-14", 70]);
  expect(told.map(([, requests]) => requests)).toEqual([...told.map(([, requests]) => Number(requests))].sort((a, b) => a - b));
});
