import { afterAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { runTraffic } from "../../lib/demo/traffic/run-traffic";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
afterAll(() => db.$disconnect());

test("each request of each invented visitor is one event, none of a machine is, and the numbers agree with them", async () => {
  const site = await readSite(db, "demo");
  const stored = (kind?: "register") => db.event.count({ where: { siteId: site.id, kind } });
  const [before, registeredBefore] = [await stored(), await stored("register")];
  const summary = await runTraffic({ url, users: 6, minutes: 0.1, rate: 24, seed: 4 });
  expect(summary.failed).toEqual([]);
  expect(summary.deeds.visit).toBeGreaterThan(2);
  await expect.poll(async () => (await stored()) - before, { timeout: 10_000 }).toBe(summary.requests - summary.deeds["machine request"]);
  expect((await stored("register")) - registeredBefore).toBe(summary.deeds.register);
  expect((await verify(db, site)).differences).toEqual([]);
});
