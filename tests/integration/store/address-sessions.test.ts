import { afterAll, beforeAll, expect, test } from "vitest";
import { localDay } from "../../../lib/metrics/calendar";
import { readAddressSessions } from "../../../lib/store/read-address-sessions";
import { readSite, type Site } from "../../../lib/store/read-site";
import { fillBusyDay } from "../../bench/support/busy-day";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";
import { type PlanNode, watchPlans } from "../../support/watch-plans";

const DAY = "2026-10-15";
const EVENTS = 300_000;
const LIMIT = 20;

let database: TestDatabase;
let site: Site;
let watched: Awaited<ReturnType<typeof watchPlans>>;

beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  await fillBusyDay(database.url, site.id, DAY, EVENTS);
  // At this size the planner may find a scan of everything as cheap, after what it happened to sample; at the size the index is for it does not.
  await database.db.$executeRaw`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database()); END $$`;
  watched = await watchPlans(database.url);
}, 300_000);

afterAll(async () => {
  await watched?.close();
  await database?.drop();
});

interface Known {
  address: string;
  accesses: number;
  ids: string[];
}

/** An address with at least so many accesses on the day and the fewest of those, and its sessions by their latest event, counted from all events. */
async function findAddress(accesses: number): Promise<Known> {
  const [found] = await database.db.$queryRaw<Known[]>`
    WITH seen AS (
      SELECT address, session_id, count(*) AS accesses, max(at) AS last FROM event
      WHERE at >= ${DAY}::date AND at < ${DAY}::date + 1 GROUP BY address, session_id)
    SELECT address, sum(accesses)::int AS accesses, array_agg(session_id::text ORDER BY last DESC, session_id DESC) AS ids FROM seen
    GROUP BY address HAVING sum(accesses) >= ${accesses} AND count(*) > 1 ORDER BY sum(accesses), address LIMIT 1`;
  return found as Known;
}

const lookedAt = (node: PlanNode) =>
  (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0)) * node["Actual Loops"];

/** The sessions that are listed, and how many events were looked at for that. */
async function listSessions({ address, accesses }: Known) {
  watched.take();
  const days = [{ ...localDay("UTC", DAY), accesses }];
  const sessions = await readAddressSessions(watched.db, { siteId: site.id, address, days, limit: LIMIT });
  const scans = watched.take().flatMap(({ nodes }) => nodes.filter((node) => /^event_/.test(node["Relation Name"] ?? "")));
  expect(scans.length).toBeGreaterThan(0);
  return { ids: sessions.map(({ id }) => id).sort(), read: scans.reduce((sum, node) => sum + lookedAt(node), 0) };
}

test.each([
  ["that came twice", 4],
  ["that many share", 2_000],
])("the sessions of an address %s are its latest ones, found without reading the whole day", async (_, accesses) => {
  const known = await findAddress(accesses);
  const { ids, read } = await listSessions(known);
  expect(ids).toEqual(known.ids.slice(0, LIMIT).sort());
  expect(read).toBeLessThan(EVENTS / 2);
});
