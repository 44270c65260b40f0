import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { type Db, openDatabase } from "../../../lib/db/client";
import { appendEvents } from "../../../lib/store/append-events";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { readSite, type Site } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { deliver, delivery, randomLog, ZONES } from "../../support/random-log";
import { createTestDatabase } from "../../support/test-database";

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
/** A second process's way to the database: it remembers other batches than the first. */
let other: Db;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  other = openDatabase(testDatabase.url, { poolSize: 2 });
});
afterAll(async () => {
  await other.$disconnect();
  await testDatabase.drop();
});

const RUNS = Number(process.env.PROPERTY_RUNS ?? 120);
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

/** Each batch is written by the one process or by the other. */
async function appendAll(site: Site, batches: NewEvent[][]) {
  for (const [index, batch] of batches.entries()) await appendEvents(index % 5 < 3 ? testDatabase.db : other, site, batch);
}

async function expectExact(site: Site, events: number) {
  const { db } = testDatabase;
  expect(await db.event.count({ where: { siteId: site.id } })).toBe(events);
  const { differences, checked } = await verify(db, site);
  expect(differences).toEqual([]);
  expect(checked).toBeGreaterThan(0);
}

/** Everything derived from a site's events, as text: what two ways to compute it are compared by. */
async function derived(site: Site): Promise<string> {
  const rows = await testDatabase.db.$queryRaw<{ line: string }[]>`
    SELECT line FROM (
      SELECT 'visitor ' || visitor::text AS line FROM visitor WHERE site_id = ${site.id}::smallint
      UNION ALL SELECT 'session ' || session::text FROM session WHERE site_id = ${site.id}::smallint
      UNION ALL SELECT 'event ' || (seq, session_id)::text FROM event WHERE site_id = ${site.id}::smallint
      UNION ALL SELECT 'person ' || p::text FROM person_hour p WHERE site_id = ${site.id}::smallint
      UNION ALL SELECT 'rollup ' || r::text FROM rollup r WHERE site_id = ${site.id}::smallint
        AND (SELECT sum(abs(value::numeric)) FROM jsonb_each_text(to_jsonb(r) - 'site_id' - 'grain' - 'day' - 'hour')) > 0
      UNION ALL SELECT 'route ' || r::text FROM rollup_route r WHERE site_id = ${site.id}::smallint AND views > 0) lines ORDER BY line`;
  return rows.map(({ line }) => line).join("\n");
}

describe("incremental = rebuild = brute force, for every metric, bucket and lens", () => {
  test("random logs, cut into random batches, with duplicates and out of order", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ZONES), randomLog(40), delivery, async (timezone, log, how) => {
        const site = await newSite(timezone);
        await appendAll(site, deliver(ownIds(log), how));
        await expectExact(site, log.length);
      }),
      { numRuns: RUNS },
    );
  });

  test("a rebuild, of all or of some days, leaves everything as the batches left it", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ZONES), randomLog(60), delivery, fc.nat(), async (timezone, log, how, pick) => {
        const site = await newSite(timezone);
        await appendAll(site, deliver(ownIds(log), how));
        const incremental = await derived(site);
        await rebuild(testDatabase.db, site, "all");
        expect(await derived(site)).toBe(incremental);
        const date = (log[pick % log.length] as NewEvent).at.toISOString().slice(0, 10);
        await rebuild(testDatabase.db, site, { from: date, to: date });
        expect(await derived(site)).toBe(incremental);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });

  test("bulk over live over bulk, in any order of time, is exact too", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ZONES), randomLog(60), delivery, fc.nat(), fc.nat(), async (timezone, log, how, cutA, cutB) => {
        const site = await newSite(timezone);
        const own = ownIds(log);
        const [a, b] = [cutA % own.length, cutB % own.length].sort((x, y) => x - y) as [number, number];
        await bulkAppend(testDatabase.db, site, [own.slice(a, b)]);
        await appendAll(site, deliver(own.slice(b), how));
        const { appended, duplicates } = await bulkAppend(testDatabase.db, site, [own.slice(0, b), own.slice(a)]);
        expect([appended, duplicates]).toEqual([a, own.length + b - 2 * a]);
        await expectExact(site, log.length);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});
