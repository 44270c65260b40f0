import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { type Delivery, deliver, delivery, randomLog, ZONES } from "../../support/random-log";
import { createTestDatabase } from "../../support/test-database";

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);
let made = 0;

/** A new site for each log: much faster than a new database. */
async function newSite(timezone: string) {
  made += 1;
  const slug = `random-${made}`;
  await testDatabase.db.site.create({ data: { slug, name: slug, timezone } });
  return readSite(testDatabase.db, slug);
}

/** Event ids are unique over all sites, so each site gets its own. */
function ownIds(log: readonly NewEvent[]): NewEvent[] {
  const prefix = made.toString(16).padStart(8, "0");
  return log.map((event) => ({ ...event, id: prefix + event.id.slice(8) }));
}

async function expectExact(timezone: string, log: readonly NewEvent[], how: Delivery) {
  const { db } = testDatabase;
  const site = await newSite(timezone);
  for (const batch of deliver(ownIds(log), how)) await appendEvents(db, site, batch);
  expect(await db.event.count({ where: { siteId: site.id } })).toBe(log.length);
  const { differences, checked } = await verify(db, site);
  expect(differences).toEqual([]);
  expect(checked).toBeGreaterThan(0);
}

describe("incremental = brute force, for every metric, bucket and lens", () => {
  test("random logs, cut into random batches, with duplicates and out of order", { timeout: 600_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...ZONES), randomLog(40), delivery, expectExact), { numRuns: RUNS });
  });
});
