import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewEvent } from "../../../lib/capture/event";
import { maskAddress } from "../../../lib/capture/mask-address";
import { localDayOf } from "../../../lib/metrics/calendar";
import { siteFiles } from "../../../lib/pipeline/site-files";
import { appendEvents } from "../../../lib/store/append-events";
import { type Access, accessesOf, figuresOf, groupAccesses } from "../../support/brute-force-statistics";
import { makeEvent } from "../../support/make-event";
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

/** Few views come with a time of their own, as imported ones do. */
const ownTime = fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(4000) });

/** A log of live-like events with several addresses, awkward names, views of one instant, and some with a time of their own. */
const log = fc
  .tuple(
    randomLog(60),
    fc.array(fc.record({ address: fc.nat(3), route: fc.nat(2), own: ownTime }), {
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

/** The log with its middle at a midnight of the zone, so that sessions go over it; each event with an id of its own. */
function overMidnight(events: NewEvent[], timezone: string): NewEvent[] {
  const middle = events[Math.floor(events.length / 2)]?.at.getTime() ?? 0;
  const shift = localDayOf(timezone, middle).to - middle;
  return events.map((event) => ({ ...event, id: randomUUID(), at: new Date(event.at.getTime() + shift) }));
}

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

test("every figure of every day is what brute force gives, over midnight and clock changes, however addresses are kept", async () => {
  await fc.assert(
    fc.asyncProperty(log, fc.constantFrom(...ZONES), fc.constantFrom("keep", "truncate", "hash"), async (drawn, timezone, privacy) => {
      const events = overMidnight(drawn, timezone).map((event) => ({ ...event, address: maskAddress(event.address, privacy, "secret") }));
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
    { numRuns: 25, endOnFailure: true },
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

test("what follows midnight is waited for as long as it can matter, and no longer", async () => {
  const site = await makeSite("UTC");
  const at = (time: string, kind: NewEvent["kind"]) => makeEvent({ at: new Date(time), kind });
  // The session goes on beyond the half hour after midnight, so the view's time has its limit of 30 minutes.
  await appendEvents(database.db, site, [
    at("2026-03-02T23:55:00Z", "view"),
    at("2026-03-03T00:20:00Z", "ping"),
    at("2026-03-03T00:45:00Z", "ping"),
  ]);
  await runSteps(await openRun(database, folder, site, "2026-03-02"));
  const csv = await readFile(siteFiles(folder, site.slug).daily("2026-03-02"), "utf8");
  expect(csv.trim().split("\n")[1]).toBe("2026-03-02,192.0.2.1,/,1,1800,1800,1800,1800");
});
