import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { periodSpan } from "../../../lib/metrics/calendar";
import { appendEvents } from "../../../lib/store/append-events";
import { addCaptureCounts } from "../../../lib/store/capture-counts";
import { changeSettings } from "../../../lib/store/change-settings";
import { changeSite } from "../../../lib/store/change-site";
import { appendExcluded } from "../../../lib/store/excluded";
import { readHealth } from "../../../lib/store/read-health";
import { readQuality } from "../../../lib/store/read-quality";
import { readSite, type Site } from "../../../lib/store/read-site";
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
  await addCaptureCounts(database.db, site, NOON, { "ignored:prefetch": 4, "dropped:buffer-full": 2 });
  await addCaptureCounts(database.db, site, NOON, { "ignored:prefetch": 3 });
  const quality = await readQuality(database.db, site.id, span);
  expect(quality.excluded).toEqual({ bot: 3, "ai-agent": 1 });
  expect(quality.counts).toEqual({ "ignored:prefetch": 7, "dropped:buffer-full": 2 });
  expect(quality.reasons.map(({ reason, requests }) => [reason, requests])).toEqual([
    ["known bot", 3],
    ["GPTBot", 1],
  ]);
  expect(quality.reasons[0]).toMatchObject({ path: "/latest", userAgent: "Bot/2", lastAt: at(2).toISOString() });
});

test("response times are exact percentiles by route, and failures are told by path and status", async () => {
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
  await appendEvents(database.db, site, [...requests, { ...view, id: randomUUID(), kind: "ping", durationMs: 9_999 }]);
  const health = await readHealth(database.db, site.id, span);
  expect(health).toMatchObject({ timed: 101, cut: false, vitals: [] });
  expect(health.routes).toEqual([{ route: "/", views: 101, failed: 3, p50: 50, p95: 95, p99: 99 }]);
  expect(health.failures).toEqual([
    { path: "/gone", status: 404, referrer: null, requests: 3, lastAt: new Date(view.at.getTime() + 2).toISOString() },
  ]);
});
