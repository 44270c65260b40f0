import { runTraffic } from "../../lib/demo/traffic/run-traffic";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";
import { expect, test } from "./fixtures";

test("each request of each invented visitor is one event, and none of a machine is", async ({ app }) => {
  const stored = () => app.db.event.count();
  const before = await stored();
  const registeredBefore = await app.db.event.count({ where: { kind: "register" } });
  const summary = await runTraffic({ url: app.url, users: 6, minutes: 0.2, rate: 12, seed: 4 });
  expect(summary.failed).toEqual([]);
  const { deeds } = summary;
  expect(deeds.visit).toBeGreaterThan(2);
  await expect.poll(async () => (await stored()) - before).toBe(summary.requests - deeds["machine request"]);
  expect((await app.db.event.count({ where: { kind: "register" } })) - registeredBefore).toBe(deeds.register);
  expect((await verify(app.db, await readSite(app.db, "demo"))).differences).toEqual([]);
});
