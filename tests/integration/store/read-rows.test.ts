import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { periodSpan } from "../../../lib/metrics/calendar";
import { METRICS } from "../../../lib/metrics/catalogue";
import { countRowsBehind, type Narrowing, ROWS_BEHIND } from "../../../lib/metrics/rows-behind";
import { LENSES, PERIODS } from "../../../lib/metrics/snapshot";
import { appendEvents } from "../../../lib/store/append-events";
import { readAllTime } from "../../../lib/store/read-all-time";
import { type RowsQuery, readEventRows, readPersonRows, readSessionRows } from "../../../lib/store/read-rows";
import { readSite, type Site } from "../../../lib/store/read-site";
import { readSnapshot } from "../../../lib/store/read-snapshot";
import { randomLog, ZONES } from "../../support/random-log";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const READERS = { events: readEventRows, sessions: readSessionRows, people: readPersonRows } as const;
const RUNS = 12;

let database: TestDatabase;
let made = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Walks a list page by page and gives the ids of all its rows. */
async function walk(kind: keyof typeof READERS, query: Omit<RowsQuery, "size" | "after">): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await READERS[kind](database.db, { ...query, after, size: 3 });
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

async function expectRowsToAgree(site: Site, date: string) {
  for (const period of PERIODS) {
    for (const lens of LENSES) {
      const { metrics } = await readSnapshot(database.db, { site: site.slug, period, lens, date }, new Date());
      const span = periodSpan(site.timezone, period, date);
      for (const { id } of METRICS) {
        const { kind, filter } = ROWS_BEHIND[id];
        const narrowings: Narrowing[] =
          id === "pageViews"
            ? [{}, ...metrics.pageViews.map(({ route }) => ({ route }))]
            : id === "genderRatio"
              ? [{}, { gender: "f" }]
              : [{}];
        for (const narrow of narrowings) {
          const ids = await walk(kind, { siteId: site.id, span, lens, filter, ...narrow });
          expect(new Set(ids).size, `${id}: a row came twice`).toBe(ids.length);
          expect(ids.length, `${id} ${period} ${lens} ${JSON.stringify(narrow)}`).toBe(countRowsBehind(metrics, id, narrow));
        }
      }
    }
  }
}

test("there are as many rows behind every number as it says, through both lenses, whatever the log", async () => {
  await fc.assert(
    fc.asyncProperty(randomLog(60), fc.constantFrom(...ZONES), async (log, timezone) => {
      made += 1;
      const slug = `rows-${made}`;
      await database.db.site.create({ data: { slug, name: slug, timezone } });
      const site = await readSite(database.db, slug);
      const prefix = made.toString(16).padStart(8, "0");
      await appendEvents(
        database.db,
        site,
        log.map((event) => ({ ...event, id: prefix + event.id.slice(8) })),
      );
      const days = new Set([log[0], log.at(-1)].map((event) => event?.at.toISOString().slice(0, 10)));
      for (const date of days) if (date) await expectRowsToAgree(site, date);
      const allTime = await readAllTime(database.db, site.id);
      expect(allTime.actions).toBe(log.filter(({ kind }) => kind !== "ping").length);
      expect(allTime.pageViews.reduce((sum, { views }) => sum + views, 0)).toBe(log.filter(({ kind }) => kind === "view").length);
    }),
    { numRuns: RUNS },
  );
}, 180_000);

test("a place in a list that is none is refused, naming the field", async () => {
  const site = await readSite(database.db, "demo");
  const query = { siteId: site.id, span: periodSpan("UTC", "day", "2026-05-05"), lens: "all", filter: "every", size: 3 } as const;
  for (const after of ["x", "1", "1.2.3", "1;DROP TABLE event", "9".repeat(30)]) {
    await expect(readEventRows(database.db, { ...query, after })).rejects.toMatchObject({ code: "invalid", field: "after" });
  }
});
