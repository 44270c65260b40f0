import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withConnection } from "../../../lib/db/client";
import { localDay, periodSpan } from "../../../lib/metrics/calendar";
import { ROWS_BEHIND } from "../../../lib/metrics/rows-behind";
import { LENSES, PERIODS } from "../../../lib/metrics/snapshot";
import { appendEvents } from "../../../lib/store/append-events";
import { hasEvents } from "../../../lib/store/change-site";
import { readAddressSessions } from "../../../lib/store/read-address-sessions";
import { readAllTime } from "../../../lib/store/read-all-time";
import { readLatestEvents } from "../../../lib/store/read-events";
import { readHealth } from "../../../lib/store/read-health";
import { readQuality } from "../../../lib/store/read-quality";
import { readQualityDays } from "../../../lib/store/read-quality-days";
import { readEventRows, readPersonRows, readSessionRows } from "../../../lib/store/read-rows";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import { readAddresses, readAddressPages, readHourViews, readLastStatisticsDate, readPages } from "../../../lib/store/read-visitors";
import { rebuild } from "../../../lib/store/rebuild";
import { liveEvents, take } from "../../bench/support/live-events";
import { fillEvents } from "../../support/fill-events";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";
import { type ExecutedPlan, watchPlans } from "../../support/watch-plans";

const FROM = Date.parse("2026-08-01T00:00:00Z");
const DAYS = 60;
const EVENTS = 200_000;
const DATE = "2026-09-20";
const FEW = 100;

let database: TestDatabase;
let site: Site;
let watched: Awaited<ReturnType<typeof watchPlans>>;

beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  await fillEvents({ db: database.db, site }, { events: EVENTS, from: FROM, days: DAYS });
  await rebuild(database.db, site, "all");
  await withConnection(database.db, (connection) => connection.query("ANALYZE"));
  watched = await watchPlans(database.url);
}, 300_000);

afterAll(async () => {
  await watched?.close();
  await database?.drop();
});

/** What a plan must not do, in words: empty when it is good. `most`: how many events one part of a plan may look at. */
function findFaults({ sql, nodes }: ExecutedPlan, most: number): string[] {
  return nodes.flatMap((node) => {
    const relation = node["Relation Name"] ?? "";
    const faults: string[] = [];
    // One row of any kind is found by looking at the first: that is a scan too, which ends at once.
    const readRows = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
    const isOfEvents = /^event(_|$)/.test(relation);
    if (node["Node Type"] === "Seq Scan" && isOfEvents && readRows > FEW) faults.push(`reads all of ${relation}`);
    if (isOfEvents && readRows > most) faults.push(`looks at ${readRows} events of ${relation}`);
    if (node["Sort Space Type"] === "Disk") faults.push(`sorts ${node["Sort Space Used"]} kB on disk`);
    return faults.map((fault) => `${fault}: ${sql.replace(/\s+/g, " ").slice(0, 300)}`);
  });
}

/** Runs something and expects good plans of every statement it made. */
async function expectGoodPlans(run: () => Promise<unknown>, most = Number.POSITIVE_INFINITY): Promise<void> {
  watched.take();
  await run();
  const plans = watched.take();
  expect(plans.length).toBeGreaterThan(0);
  expect(plans.flatMap((plan) => findFaults(plan, most))).toEqual([]);
}

test("a scan of all events and a sort that spills would be found", async () => {
  watched.take();
  await watched.db.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL work_mem = '64kB'`;
    await tx.$queryRaw`SELECT address FROM (SELECT address, title FROM event ORDER BY address || 'x') AS sorted ORDER BY title OFFSET 200000`;
  });
  const faults = watched
    .take()
    .flatMap((plan) => findFaults(plan, 10_000))
    .join("\n");
  expect(faults).toMatch(/reads all of event_2026_08/);
  expect(faults).toMatch(/looks at \d{5,} events of event_2026_08/);
  expect(faults).toMatch(/sorts \d+ kB on disk/);
});

describe.each(PERIODS)("a %s", (period) => {
  const span = periodSpan("UTC", period, DATE);

  test.each(LENSES)("is shown through the lens %s without reading all events", (lens) =>
    expectGoodPlans(() => readSnapshot(watched.db, { site: "demo", period, lens, date: DATE }, new Date())),
  );

  describe.each(LENSES)("through the lens %s", (lens) => {
    test.each(Object.entries(ROWS_BEHIND))("shows the rows behind %s, the first page and the next", (_metric, { kind, filter }) => {
      const read = { events: readEventRows, sessions: readSessionRows, people: readPersonRows }[kind];
      const query = { siteId: site.id, span, lens, filter, size: 50 };
      return expectGoodPlans(async () => {
        const { next } = await read(watched.db, query);
        if (next) await read(watched.db, { ...query, after: next });
      });
    });
  });

  test("has its health and its quality told", () =>
    expectGoodPlans(() =>
      Promise.all([readHealth(watched.db, site, span), readQuality(watched.db, site.id, span), readQualityDays(watched.db, site, span)]),
    ));
});

test("the latest events, the numbers of all time and whether there are events are read without reading all events", () =>
  expectGoodPlans(async () => {
    await readLatestEvents(watched.db, site.id, 30);
    await readAllTime(watched.db, site.id);
    await hasEvents(watched.db, site.id);
  }));

test("the visitors of a week are listed without reading all events", () =>
  expectGoodPlans(async () => {
    const span = { siteId: site.id, from: "2026-09-14", to: DATE };
    await readLastStatisticsDate(watched.db, site.id);
    await readAddresses(watched.db, { ...span, sort: "accesses", descending: true, limit: 50, offset: 0 });
    await readPages(watched.db, { ...span, limit: 200 });
    await readHourViews(watched.db, span);
    await readAddressPages(watched.db, { ...span, address: "198.51.7.7", limit: 200 });
  }));

test("the sessions of an address are listed without reading all events", () =>
  expectGoodPlans(() => {
    const days = ["2026-09-18", "2026-09-19", DATE].map((date) => ({ ...localDay("UTC", date), accesses: 5 }));
    return readAddressSessions(watched.db, { siteId: site.id, address: "198.51.7.7", days, limit: 50 });
  }));

test("a batch is appended without reading all events, also where it comes late and tells who somebody is", () =>
  expectGoodPlans(async () => {
    const events = liveEvents(new Date("2026-09-20T12:00:00Z"));
    await appendEvents(watched.db, site, take(events, 1_000));
    const late = take(events, 1_000).map((event, index) =>
      index % 10 === 0 ? { ...event, at: new Date(event.at.getTime() - 3_600_000) } : event,
    );
    await appendEvents(watched.db, site, late);
    // A few events for each of the batch's; the site has 3,300 a day.
  }, 3_000));

test("nor is a batch on a database that nobody has counted the rows of yet", async () => {
  const young = await createTestDatabase();
  const plans = await watchPlans(young.url);
  try {
    const demo = await readSite(young.db, "demo");
    const events = liveEvents(new Date("2026-09-20T12:00:00Z"));
    for (let batch = 0; batch < 12; batch++) await appendEvents(plans.db, demo, take(events, 1_000));
    expect(plans.take().flatMap((plan) => findFaults(plan, 3_000))).toEqual([]);
  } finally {
    await plans.close();
    await young.drop();
  }
});
