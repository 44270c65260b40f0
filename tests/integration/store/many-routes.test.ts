import { afterAll, beforeAll, expect, test } from "vitest";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** More than a process remembers the numbers of while it reads a file. */
const ROUTES = 20_010;

test("routes that come again after twenty thousand others are the same routes", async () => {
  const { db } = database;
  const site = await readSite(db, "demo");
  const from = Date.parse("2026-03-01T00:00:00Z");
  const events = Array.from({ length: ROUTES + 10 }, (_, index) => {
    const route = `/page-${index % ROUTES}`;
    return makeEvent({ at: new Date(from + index * 1_000), route, path: route, visitor: `visitor ${index % 50}` });
  });
  const { appended } = await bulkAppend(db, site, [events.slice(0, 15_000), events.slice(15_000)]);
  expect(appended).toBe(ROUTES + 10);
  expect(await db.route.count({ where: { siteId: site.id } })).toBe(ROUTES);
  const again = await db.$queryRaw<{ pattern: string; views: number }[]>`
    SELECT pattern, count(*)::integer AS views FROM event JOIN route ON route.id = route_id GROUP BY pattern HAVING count(*) > 1 ORDER BY pattern`;
  expect(again).toEqual(Array.from({ length: 10 }, (_, index) => ({ pattern: `/page-${index}`, views: 2 })));
  expect((await verify(db, site)).different).toBe(0);
});
