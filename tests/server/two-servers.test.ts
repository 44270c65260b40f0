import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { type RunningServer, runServer } from "../../lib/cli/app/run-server";
import { openDatabase } from "../../lib/db/client";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { runTraffic } from "../../lib/demo/traffic/run-traffic";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";

/** Minutes of traffic, and page requests a second of each of the four generators; 5 and 30 make what one makes in an hour by its defaults. */
const MINUTES = Number(process.env.TRAFFIC_MINUTES ?? 0.08);
const RATE = Number(process.env.TRAFFIC_RATE ?? 12);

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
let folder: string;
let second: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-second-"));
  const instance = {
    port: await findFreePort(),
    databaseUrl,
    authSecret: randomBytes(32).toString("base64url"),
    dataFolder: folder,
  };
  second = await runServer({ mode: "production", standalone: await ensureBuild() }, instance, new PassThrough().resume());
});
afterAll(async () => {
  await second?.stop();
  await db.$disconnect();
  await rm(folder, { recursive: true, force: true });
});

test("two servers on one database, with two streams of visitors each, lose nothing and agree with the events", {
  timeout: 120_000 + MINUTES * 120_000,
}, async () => {
  const site = await readSite(db, "demo");
  const stored = () => db.event.count({ where: { siteId: site.id } });
  const before = await stored();
  const summaries = await Promise.all(
    [url, second.url, url, second.url].map((server, index) =>
      runTraffic({ url: server, users: Math.max(5, RATE), minutes: MINUTES, rate: RATE, seed: 100 + index }),
    ),
  );
  const sent = summaries.reduce((sum, { requests, deeds }) => sum + requests - deeds["machine request"], 0);
  const failures = summaries.reduce((sum, summary) => sum + summary.failures, 0);
  if (MINUTES <= 1) expect(summaries.flatMap(({ failed }) => failed)).toEqual([]);
  // Longer, one address comes to its limit of registrations, and a connection is cut where the server closes it as it is used again: what was cut may count or not.
  await expect
    .poll(async () => Math.abs((await stored()) - before - sent), { timeout: 30_000 })
    .toBeLessThanOrEqual(MINUTES <= 1 ? 0 : failures);
  const { checked, differences } = await verify(db, site);
  console.log(`${sent} requests through two servers, ${failures} failed; ${checked} numbers and sessions compared`);
  expect(differences).toEqual([]);
});
