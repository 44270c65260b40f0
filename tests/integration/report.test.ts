import { afterAll, beforeAll, expect, test } from "vitest";
import { renderReport } from "../../app/dashboard/export/_report/render-report";
import { METRICS } from "../../lib/metrics/catalogue";
import { compareValues } from "../../lib/metrics/compare";
import { formatValue } from "../../lib/metrics/format-value";
import { metricNumber } from "../../lib/metrics/metric-number";
import type { Snapshot } from "../../lib/metrics/snapshot";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { readSnapshot } from "../../lib/store/read-snapshot";
import { importWorkedExample } from "../support/import-worked-example";
import { makeEvent } from "../support/make-event";
import { type PdfPage, readPdf } from "../support/read-pdf";
import { createTestDatabase, type TestDatabase } from "../support/test-database";

const SLUG = "worked";
/** How the paper names a bar of a count over time: the first colour of its series. */
const BAR = "39 128 106";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await importWorkedExample(database.db, SLUG);
});
afterAll(() => database.drop());

async function readReport(period: "day" | "week", date: string): Promise<{ snapshot: Snapshot; pages: PdfPage[]; text: string }> {
  const snapshot = await readSnapshot(database.db, { site: SLUG, period, date, lens: "all" }, new Date("2022-10-20T10:00:00Z"));
  const pages = readPdf(await renderReport(snapshot, "Worked example"));
  return { snapshot, pages, text: pages.map(({ texts }) => texts.join("")).join("\n") };
}

test.each(["day", "week"] as const)(
  "the report of a %s says the twelve values of the worked example, each with the one before",
  async (period) => {
    const { snapshot, text } = await readReport(period, "2022-10-11");
    expect(text).toContain(period === "day" ? "Tue 11 Oct 2022" : "Wed 5 Oct – Tue 11 Oct 2022");
    for (const metric of METRICS) {
      const [value, before] = [metricNumber(snapshot.metrics, metric.id), metricNumber(snapshot.previous.metrics, metric.id)];
      const change = compareValues(metric, value, before).text;
      expect(text).toContain(`${metric.label}${formatValue(metric.format, value)}${change} vs ${formatValue(metric.format, before)}`);
    }
  },
);

test("the report holds every chart of the day, with a bar for each hour in which something was", async () => {
  const { snapshot, pages, text } = await readReport("day", "2022-10-11");
  const overTime = METRICS.filter(({ id }) => id !== "genderRatio" && id !== "pageViews");
  for (const { label } of overTime) expect(text).toContain(`${label} per hour`);
  for (const title of ["People by gender", "Share of page views", "Page views by route"]) expect(text).toContain(title);
  expect(text).toContain("Men 2 (66.7\u00a0%)");
  expect(text).toContain("/celebrity 2 (66.7\u00a0%)");
  const bars = overTime
    .filter(({ chart }) => chart === "bar")
    .reduce((sum, { id }) => sum + snapshot.series.filter((point) => metricNumber(point, id)).length, 0);
  const drawn = pages.reduce((sum, { fills }) => sum + (fills.get(BAR) ?? 0), 0);
  // Besides them the longest of the bars by route, and the first mark of the two legends; rings have an edge, and so are counted as no fill.
  expect(drawn).toBe(bars + 1 + 2);
});

test("routes in any letters are told apart in the report: drawn where the font can, else as an address writes them", async () => {
  const routes = ["/цены/дома", "/łódź", "/τιμή", "/价格", "/价钱"];
  const at = new Date("2022-10-18T10:00:00Z");
  await appendEvents(
    database.db,
    await readSite(database.db, SLUG),
    routes.map((route) => makeEvent({ at, route, path: route })),
  );
  const { text } = await readReport("day", "2022-10-18");
  for (const route of ["/цены/дома", "/łódź", "/τιμή", "/%E4%BB%B7%E6%A0%BC", "/%E4%BB%B7%E9%92%B1"])
    expect(text).toContain(`${route} 1 (20\u00a0%)`);
  expect(text).not.toContain("?");
});
