import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addCaptureCounts } from "@/lib/store/capture-counts";
import { keepDailySalts } from "@/lib/store/daily-salts";
import { appendExcluded } from "@/lib/store/excluded";
import { savePageVitals } from "@/lib/store/page-vitals";
import { readSite, type Site } from "@/lib/store/read-site";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
});
afterAll(() => database.drop());

test("counts add up by the site's local day", async () => {
  const kathmandu = { id: site.id, timezone: "Asia/Kathmandu" };
  const lateEvening = new Date("2026-06-10T18:30:00Z"); // 00:15 on the 11th there
  await addCaptureCounts(database.db, kathmandu, lateEvening, { "ignored:prefetch": 3, "dropped:buffer-full": 1 });
  await addCaptureCounts(database.db, kathmandu, lateEvening, { "ignored:prefetch": 4 });
  await addCaptureCounts(database.db, kathmandu, lateEvening, {});
  const rows = await database.db.captureCount.findMany({ where: { siteId: site.id }, orderBy: { name: "asc" } });
  expect(rows.map(({ day, name, amount }) => [day.toISOString().slice(0, 10), name, Number(amount)])).toEqual([
    ["2026-06-11", "dropped:buffer-full", 1],
    ["2026-06-11", "ignored:prefetch", 7],
  ]);
});

test("two servers share each day's salt, and older ones are destroyed", async () => {
  let made = 0;
  const makeSalt = () => `salt-${made++}`;
  const first = await keepDailySalts(database.db, ["2026-06-09", "2026-06-10"], makeSalt);
  const second = await keepDailySalts(database.db, ["2026-06-09", "2026-06-10"], makeSalt);
  expect(second).toEqual(first);
  const later = await keepDailySalts(database.db, ["2026-06-10", "2026-06-11"], makeSalt);
  expect(later.get("2026-06-10")).toBe(first.get("2026-06-10"));
  expect(await database.db.dailySalt.count()).toBe(2);
});

test("what is left out is stored with its reason", async () => {
  const row = {
    category: "bot",
    reason: "headless browser",
    path: "/x",
    method: "GET",
    status: 200,
    address: "192.0.2.1",
    userAgent: "Headless",
  } as const;
  await appendExcluded(database.db, site.id, [{ at: new Date("2026-06-10T12:00:00Z"), ...row }]);
  await appendExcluded(database.db, site.id, []);
  expect(await database.db.excludedEvent.findMany({ where: { siteId: site.id } })).toEqual([expect.objectContaining(row)]);
});

test("a page view keeps the largest of what was measured, and another route cannot touch it", async () => {
  const id = randomUUID();
  const none = { scroll: null, lcpMs: null, inpMs: null, cls: null, fcpMs: null, ttfbMs: null };
  const at = new Date("2026-06-10T12:00:00Z");
  await savePageVitals(database.db, site.id, [{ ...none, id, at, route: "/", scroll: 40, lcpMs: 800 }]);
  await savePageVitals(database.db, site.id, [{ ...none, id, at, route: "/", scroll: 90, inpMs: 16 }]);
  await savePageVitals(database.db, site.id, [{ ...none, id, at, route: "/", scroll: 10 }]);
  await savePageVitals(database.db, site.id, [{ ...none, id, at, route: "/login", scroll: 100 }]);
  expect(await database.db.pageVital.findMany()).toEqual([
    expect.objectContaining({ id, route: "/", scroll: 90, lcpMs: 800, inpMs: 16, cls: null }),
  ]);
});
