import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../../lib/db/client";
import { ensurePartitions } from "../../../lib/db/keep-partitions";
import { migrate } from "../../../lib/db/migrate";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const OPTIONS = { timezone: "Europe/Vienna", ownerEmail: undefined, ownerPassword: undefined, now: new Date("2031-11-15T12:00:00Z") };
const EMPTY = "migrate_from_nothing";

async function administer(statement: string) {
  const admin = new Client({ connectionString: inject("postgres").url });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}

let ready: TestDatabase;
beforeAll(async () => {
  ready = await createTestDatabase();
  await administer(`CREATE DATABASE ${EMPTY}`);
});
afterAll(async () => {
  await ready.drop();
  await administer(`DROP DATABASE ${EMPTY} WITH (FORCE)`);
});

async function partitionsOf(db: TestDatabase["db"]): Promise<string[]> {
  const rows = await db.$queryRaw<
    { name: string }[]
  >`SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'event'::regclass ORDER BY 1`;
  return rows.map(({ name }) => name);
}

test("two instances that start at once on an empty database make everything once", async () => {
  const url = Object.assign(new URL(inject("postgres").url), { pathname: EMPTY }).href;
  const both = await Promise.all([migrate(url, OPTIONS), migrate(url, OPTIONS)]);
  expect(both.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  expect(both.filter(({ owner }) => owner.generatedPassword)).toHaveLength(1);

  const db = openDatabase(url, { poolSize: 1 });
  try {
    expect(await db.site.findMany({ select: { slug: true, timezone: true } })).toEqual([{ slug: "demo", timezone: "Europe/Vienna" }]);
    expect(await db.siteCounter.count()).toBe(1);
    expect(await db.account.findMany({ select: { email: true, role: true } })).toEqual([{ email: "owner@footfall.local", role: "owner" }]);
    expect(await partitionsOf(db)).toEqual(expect.arrayContaining(["event_2031_11", "event_2031_12", "event_2032_01", "event_2032_02"]));
  } finally {
    await db.$disconnect();
  }
});

test("migrating what is up to date changes nothing", async () => {
  const before = await ready.db.account.findMany();
  const { applied, owner } = await migrate(ready.url, { ...OPTIONS, now: new Date() });
  expect(applied).toEqual([]);
  expect(owner).toMatchObject({ outcome: "kept", generatedPassword: null });
  expect(await ready.db.account.findMany()).toEqual(before);
  expect(await ready.db.site.count()).toBe(1);
});

test("a month that begins gets its partition, again and again without harm", async () => {
  const now = new Date("2040-06-30T23:59:59Z");
  await Promise.all([ensurePartitions(ready.db, now), ensurePartitions(ready.db, now)]);
  expect(await partitionsOf(ready.db)).toEqual(
    expect.arrayContaining(["event_2040_06", "event_2040_07", "event_2040_08", "event_2040_09"]),
  );
});

test.each([
  [
    "nobody listens",
    (url: URL) => Object.assign(url, { port: "1" }).href,
    /127\.0\.0\.1:1\/.* can't be used: .*ECONNREFUSED.*DATABASE_URL/,
  ],
  ["there is no such database", (url: URL) => Object.assign(url, { pathname: "/absent" }).href, /database "absent" does not exist/],
  ["the password is wrong", (url: URL) => Object.assign(url, { password: "wrong" }).href, /password authentication failed/],
])("when %s, it says so and what to do", async (_, spoil, message) => {
  await expect(migrate(spoil(new URL(inject("postgres").url)), OPTIONS)).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(message),
  });
});
