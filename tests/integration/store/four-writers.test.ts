import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSite } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { BUSY_EVENTS } from "../../support/busy-log";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

async function runWriter(...parts: number[]): Promise<void> {
  const writer = spawn(process.execPath, ["--import", "tsx", "tests/support/writer-process.ts", testDatabase.url, ...parts.map(String)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(writer, "exit");
  expect(code).toBe(0);
}

test("two processes with two writers each, whose events interleave, leave every number exact", { timeout: 240_000 }, async () => {
  const { db } = testDatabase;
  await db.site.update({ where: { slug: "demo" }, data: { timezone: "Europe/Berlin" } });
  const site = await readSite(db, "demo");
  await Promise.all([runWriter(0, 1), runWriter(2, 3)]);
  expect(await db.event.count()).toBe(BUSY_EVENTS);
  expect((await verify(db, site)).differences).toEqual([]);
  // All four had one order of arrival: no number was given twice.
  const [arrival] = await db.$queryRaw<{ distinct: bigint }[]>`SELECT count(DISTINCT seq) AS distinct FROM event`;
  expect(Number(arrival?.distinct)).toBe(BUSY_EVENTS);
  await rebuild(db, site, "all");
  expect((await verify(db, site)).different).toBe(0);
});
