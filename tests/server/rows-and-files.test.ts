import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openDatabase } from "../../lib/db/client";
import { METRICS, type MetricId } from "../../lib/metrics/catalogue";
import { metricNumber } from "../../lib/metrics/metric-number";
import type { MetricValues, Snapshot } from "../../lib/metrics/snapshot";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { importWorkedExample } from "../support/import-worked-example";
import { makeEvent } from "../support/make-event";
import { readPdf } from "../support/read-pdf";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";

const { url, databaseUrl } = inject("app");
const SITE = "rows-and-files";
const DAY = "2022-10-11";
const ROUTES = ["/", "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/цены", "/цены"];
const db = openDatabase(databaseUrl, { poolSize: 2 });
let cookie: string;

beforeAll(async () => {
  await importWorkedExample(db, SITE);
  const at = (index: number) => new Date(Date.parse(`${DAY}T15:00:00Z`) + index * 1_000);
  // Beside the worked example: someone who bounces, and someone who looks at more routes than a chart draws.
  await appendEvents(db, await readSite(db, SITE), [
    makeEvent({ at: at(0), visitor: "bounces", route: "/", path: "/" }),
    ...ROUTES.map((route, index) => makeEvent({ at: at(index), visitor: "wanders", route, path: route })),
  ]);
  ({ cookie } = await signIn(url, TEST_OWNER));
});
afterAll(() => db.$disconnect());

type Row = Record<string, string>;
const get = (path: string, query: Record<string, string>) =>
  fetch(`${url}${path}?${new URLSearchParams({ site: SITE, ...query })}`, { headers: { cookie } });

async function readCsv(path: string, query: Record<string, string>): Promise<Row[]> {
  const response = await get(path, query);
  expect(response.status).toBe(200);
  return parse(await response.text(), { columns: true, bom: true });
}

const mean = (rows: Row[], column: string) =>
  rows.length === 0 ? null : rows.reduce((sum, row) => sum + Number(row[column]), 0) / rows.length;
const count = (rows: Row[], column: string, value: string) => rows.filter((row) => row[column] === value).length;
const part = (rows: Row[], whole: number) => (whole === 0 ? null : rows.length / whole);

/** Each metric, counted from nothing but the rows behind it. */
const FROM_ROWS: Record<MetricId, (rows: Row[], values: MetricValues) => MetricValues[MetricId]> = {
  users: (rows) => new Set(rows.map(({ person }) => person)).size,
  newUsers: (rows) => rows.length,
  repeatVisitorRatio: (rows, { users }) => part(rows, users),
  actions: (rows) => rows.length,
  sessions: (rows) => new Set(rows.map(({ session }) => session)).size,
  actionsPerSession: (rows) => mean(rows, "interactions"),
  timePerSession: (rows) => mean(rows, "duration_sec"),
  bounceRate: (rows, { sessions }) => part(rows, sessions),
  conversionRate: (rows, { sessions }) => part(rows, sessions),
  timeToConversion: (rows) => mean(rows, "converted_after_sec"),
  genderRatio: (rows) => ({ m: count(rows, "gender", "m"), f: count(rows, "gender", "f"), unknown: count(rows, "gender", "unknown") }),
  pageViews: (rows) =>
    [...new Set(rows.map(({ route }) => route ?? ""))]
      .map((route) => ({ route, views: count(rows, "route", route), share: count(rows, "route", route) / rows.length }))
      .sort((a, b) => b.views - a.views || (a.route < b.route ? -1 : 1)),
};

describe.each(["day", "week"] as const)("of a %s", (period) => {
  test.each(["all", "signed-in"] as const)(
    "the rows and the file behind every metric make up its number, through the lens %s",
    async (lens) => {
      const query = { period, lens, date: DAY };
      const { metrics } = (await (await get("/api/metrics", query)).json()) as Snapshot;
      expect(metrics.bounceRate, "there is something to count").toEqual(lens === "all" ? expect.closeTo(1 / metrics.sessions, 10) : 0);
      for (const { id } of METRICS) {
        const rows = await readCsv("/dashboard/export/rows", { ...query, metric: id });
        const [found, said] = [FROM_ROWS[id](rows, metrics), metrics[id]];
        expect(found, `${id}: ${rows.length} rows`).toEqual(typeof said === "number" ? expect.closeTo(said, 9) : said);
        const page = await (await get("/dashboard/rows", { ...query, metric: id })).text();
        expect(page.match(/<tr[ >]/g)?.length ?? 1, `${id}: rows of the page`).toBe(1 + Math.min(rows.length, 50));
        const table = await readCsv("/dashboard/export/table", { ...query, metric: id });
        if (id !== "genderRatio" && id !== "pageViews") expect(table).toHaveLength(period === "day" ? 24 : 7);
      }
      for (const { route, views } of metrics.pageViews)
        expect(await readCsv("/dashboard/export/rows", { ...query, metric: "pageViews", route })).toHaveLength(views);
      for (const gender of ["m", "f", "unknown"] as const)
        expect(await readCsv("/dashboard/export/rows", { ...query, metric: "users", gender })).toHaveLength(metrics.genderRatio[gender]);
    },
  );
});

test("the numbers page's tables are to be had as files, with every route there is", async () => {
  const { metrics } = (await (await get("/api/metrics", { period: "week", date: DAY })).json()) as Snapshot;
  const routes = await readCsv("/dashboard/export/numbers", { table: "routes" });
  expect(routes.map(({ route, views }) => [route, Number(views)])).toEqual(metrics.pageViews.map(({ route, views }) => [route, views]));
  expect(routes.length).toBeGreaterThan(7 + 1);
  const people = await readCsv("/dashboard/export/numbers", { table: "gender" });
  expect(Object.fromEntries(people.map(({ gender, people: number }) => [gender, Number(number)]))).toEqual(metrics.genderRatio);
  const page = await (await get("/dashboard/numbers", {})).text();
  for (const table of ["routes", "gender"]) expect(page).toContain(`/dashboard/export/numbers?site=${SITE}&amp;table=${table}`);
  for (const period of ["day", "week"])
    expect(page).toMatch(new RegExp(`/dashboard/export/table\\?[^"]*period=${period}&amp;[^"]*metric=actions"`));
});

test.each([
  ["rows", { metric: "actions", gender: "m" }, "gender"],
  ["rows", { metric: "actions", route: "/" }, "route"],
  ["rows", { metric: "genderRatio", gender: "x" }, "gender"],
  ["rows", { metric: "pageViews", route: "" }, "route"],
  ["rows", { metric: "pageViews", rout: "/" }, "rout"],
  ["rows", { metric: "every" }, "metric"],
  ["rows", {}, "metric"],
  ["table", { metric: "actions", route: "/" }, "route"],
  ["series", { metric: "actions" }, "metric"],
  ["report", { lens: "both" }, "lens"],
  ["numbers", { table: "people" }, "table"],
] as const)("a file of %s with %j is refused for its %s: it would hold what nobody asked for", async (file, query, field) => {
  const response = await get(`/dashboard/export/${file}`, query);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: "invalid", field } });
});

test("the report of a built server has its fonts with it", async () => {
  const response = await get("/dashboard/export/report", { date: DAY });
  const { metrics } = (await (await get("/api/metrics", { date: DAY })).json()) as Snapshot;
  const text = readPdf(Buffer.from(await response.arrayBuffer()))
    .map(({ texts }) => texts.join(""))
    .join("\n");
  expect(text).toContain(`Actions${metricNumber(metrics, "actions")}`);
  expect(text).toContain("/цены 2 (14.3\u00a0%)");
});
