import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { localDayOf } from "../../../lib/metrics/calendar";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { appendEvents } from "../../../lib/store/append-events";
import { type Access, accessesOf, figuresOf, groupAccesses } from "../../support/brute-force-statistics";
import { openRun, runSteps } from "../../support/pipeline-steps";
import { randomLog, ZONES } from "../../support/random-log";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "footfall-pipeline-"));
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const ADDRESSES = ["192.0.2.1", "192.0.2.10", "2001:db8::1", null];
const ROUTES = ["/", "/house-price", 'Über “uns”, \n"Kontakt"'];

/** A log of live-like events with several addresses, awkward names, views of one instant, and some with a time of their own. */
const log = fc
  .tuple(
    randomLog(60),
    fc.array(fc.record({ address: fc.nat(3), route: fc.nat(2), own: fc.option(fc.nat(4000), { freq: 8 }) }), {
      minLength: 60,
      maxLength: 60,
    }),
  )
  .map(([events, extras]) =>
    events.map((event, index): NewEvent => {
      const { address, route, own } = extras[index] ?? { address: 0, route: 0, own: null };
      const path = ROUTES[route] as string;
      const timeSpentSec = event.kind === "view" ? own : null;
      return { ...event, address: ADDRESSES[address] as string | null, route: path, path, timeSpentSec };
    }),
  );

let sites = 0;

async function makeSite(timezone: string) {
  const slug = `site-${++sites}`;
  const { id } = await database.db.site.create({ data: { slug, name: slug, timezone } });
  await database.db.siteCounter.create({ data: { siteId: id } });
  return { id, slug, timezone };
}

const asText = (value: number | null) => (value === null ? "" : String(value));

function csvOf(accesses: Access[]): string[][] {
  return groupAccesses(accesses, ({ address, page }) => JSON.stringify([address, page]))
    .map(([key, group]) => ({ key: JSON.parse(key) as string[], figures: figuresOf(group) }))
    .sort((a, b) => compareBytes(a.key[0], b.key[0]) || compareBytes(a.key[1], b.key[1]))
    .map(({ key, figures }) => {
      const { accesses: count, totalSec, avgSec, maxSec, minSec } = figures;
      return [...key, String(count), asText(totalSec), asText(avgSec), asText(maxSec), asText(minSec)];
    });
}

const compareBytes = (a = "", b = "") => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("every figure of every day is what brute force gives, also over midnight and clock changes", async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.constantFrom(...ZONES), async (drawn, timezone) => {
      const events = drawn.map((event) => ({ ...event, id: randomUUID() }));
      const site = await makeSite(timezone);
      await appendEvents(database.db, site, events);
      const accesses = accessesOf(events);
      const files = siteFiles(folder, site.slug);
      const days = groupAccesses(accesses, ({ at }) => localDayOf(timezone, at).date);
      for (const [date, ofDay] of days) {
        await runSteps(await openRun(database, folder, site, date));
        const [header, ...rows] = parse(await readFile(files.daily(date), "utf8")) as string[][];
        expect(header?.join(",")).toBe(
          "date,ip_address,page_accessed,page_accesses,total_time_spent_in_sec,avg_time_spent_in_sec,max_time_spent_in_sec,min_time_spent_in_sec",
        );
        expect(rows).toEqual(csvOf(ofDay).map((row) => [date, ...row]));
        await expectAddresses(site.id, date, ofDay);
      }
      const [header, ...rows] = days.length > 0 ? (parse(await readFile(files.aggregate, "utf8")) as string[][]) : [[]];
      if (days.length > 0)
        expect(header?.join(",")).toBe(
          "ip_address,page_accessed,total_time_spent_in_sec,avg_time_spent_in_sec,max_time_spent_in_sec,min_time_spent_in_sec",
        );
      expect(rows).toEqual(csvOf(accesses).map(([address, page, , ...figures]) => [address, page, ...figures]));
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 240_000);

async function expectAddresses(siteId: number, date: string, accesses: Access[]) {
  const rows = await database.db.dailyAddress.findMany({ where: { siteId, day: new Date(date) }, orderBy: { address: "asc" } });
  const actual = rows.map((row) => ({
    address: row.address,
    accesses: row.accesses,
    totalSec: Number(row.totalMs) / 1000,
    pages: row.pages,
    firstAt: row.firstAt.getTime(),
    lastAt: row.lastAt.getTime(),
  }));
  const expected = groupAccesses(accesses, ({ address }) => address).map(([address, group]) => ({
    address,
    accesses: group.length,
    totalSec: figuresOf(group).totalSec,
    pages: new Set(group.map(({ page }) => page)).size,
    firstAt: Math.min(...group.map(({ at }) => at)),
    lastAt: Math.max(...group.map(({ at }) => at)),
  }));
  expect(actual.sort((a, b) => compareBytes(a.address, b.address))).toEqual(expected);
}
