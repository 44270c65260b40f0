import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { importWorkedExample } from "../support/import-worked-example";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { WORKED_TABLE } from "../support/worked-example";

const { url, databaseUrl } = inject("app");
const SLUG = "worked-example";
const db = openDatabase(databaseUrl, { poolSize: 2 });
let cookie: string;

beforeAll(async () => {
  await importWorkedExample(db, SLUG);
  ({ cookie } = await signIn(url, TEST_OWNER));
});
afterAll(() => db.$disconnect());

test.each(WORKED_TABLE)("GET /api/metrics gives the worked example's table: %s, %s", async (period, lens, metrics) => {
  const query = new URLSearchParams({ site: SLUG, period, date: "2022-10-11", lens });
  const response = await fetch(`${url}/api/metrics?${query}`, { headers: { cookie } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ site: SLUG, period, lens, date: "2022-10-11", timezone: "UTC", metrics });
});
