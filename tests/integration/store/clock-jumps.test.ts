import { afterAll, beforeAll, expect, test } from "vitest";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite, type Site } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.site.create({ data: { slug: "berlin", name: "Berlin", timezone: "Europe/Berlin" } });
  site = await readSite(database.db, "berlin");
});
afterAll(() => database.drop());

const seen = (at: string, visitor = "v") => makeEvent({ at: new Date(at), visitor });
const sessions = async (visitor: string) => {
  const { id } = await database.db.visitor.findFirstOrThrow({ where: { siteId: site.id, key: visitor } });
  return (await database.db.session.findMany({ where: { visitorId: id }, orderBy: { startedAt: "asc" } })).map(
    ({ startedAt, endedAt, views }) => [startedAt.toISOString().slice(0, 16), endedAt.toISOString().slice(0, 16), views],
  );
};
const expectTrue = async () => expect((await verify(database.db, site)).differences).toEqual([]);

test("a server whose clock jumps years ahead and back again stores every event at its time, and its months are made for it", async () => {
  for (const at of ["2026-11-22T10:00Z", "2031-05-01T00:00Z", "2026-11-22T10:01Z", "1999-12-31T23:59Z", "2026-11-22T10:02Z"]) {
    expect(await appendEvents(database.db, site, [seen(at)])).toMatchObject({ appended: 1 });
    await expectTrue();
  }
  expect(await sessions("v")).toEqual([
    ["1999-12-31T23:59", "1999-12-31T23:59", 1],
    ["2026-11-22T10:00", "2026-11-22T10:02", 3],
    ["2031-05-01T00:00", "2031-05-01T00:00", 1],
  ]);
  expect(await database.db.$queryRaw`SELECT count(*)::int AS strays FROM event_other`).toEqual([{ strays: 0 }]);
  await rebuild(database.db, site, "all");
  await expectTrue();
});

test("a clock that is corrected by minutes during a visit neither cuts nor doubles it", async () => {
  for (const at of ["2026-11-22T12:00Z", "2026-11-22T12:10Z", "2026-11-22T12:04Z", "2026-11-22T12:05Z", "2026-11-22T12:11Z"])
    await appendEvents(database.db, site, [seen(at, "corrected")]);
  expect(await sessions("corrected")).toEqual([["2026-11-22T12:00", "2026-11-22T12:11", 5]]);
  await expectTrue();
});

test("both nights on which clocks are set have their hours, and a visit through one is one", async () => {
  for (const [visitor, start] of [
    ["spring", "2026-03-29T00:30:00Z"],
    ["autumn", "2026-10-25T00:10:00Z"],
  ] as const)
    for (let minutes = 0; minutes <= 100; minutes += 20)
      await appendEvents(database.db, site, [seen(new Date(Date.parse(start) + minutes * 60_000).toISOString(), visitor)]);
  expect(await sessions("spring")).toHaveLength(1);
  expect(await sessions("autumn")).toHaveLength(1);
  await expectTrue();
});
