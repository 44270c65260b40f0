import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { importOldLog } from "../../lib/capture/old-logs/import-old-log";
import { type Db, openDatabase } from "../../lib/db/client";
import { bulkAppend } from "../../lib/store/bulk-append";
import { readSite } from "../../lib/store/read-site";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { WORKED_EXAMPLE, WORKED_TABLE } from "../support/worked-example";

const { url, databaseUrl } = inject("app");
// A site of its own: other tests share this server.
const SLUG = "worked-example";
let db: Db;
let cookie: string;

beforeAll(async () => {
  db = openDatabase(databaseUrl, { poolSize: 2 });
  await db.site.create({ data: { slug: SLUG, name: "Worked example", timezone: "UTC" } });
  const site = await readSite(db, SLUG);
  const folder = await mkdtemp(join(tmpdir(), "footfall-example-"));
  const file = join(folder, "activity.csv");
  await writeFile(file, WORKED_EXAMPLE);
  await importOldLog(file, { site: SLUG, timezone: "UTC" }, (batches) => bulkAppend(db, site, batches));
  await rm(folder, { recursive: true, force: true });
  ({ cookie } = await signIn(url, TEST_OWNER));
});
afterAll(() => db.$disconnect());

test.each(WORKED_TABLE)("GET /api/metrics gives the worked example's table: %s, %s", async (period, lens, metrics) => {
  const query = new URLSearchParams({ site: SLUG, period, date: "2022-10-11", lens });
  const response = await fetch(`${url}/api/metrics?${query}`, { headers: { cookie } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ site: SLUG, period, lens, date: "2022-10-11", timezone: "UTC", metrics });
});
