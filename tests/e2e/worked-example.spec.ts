import type { Page } from "@playwright/test";
import { importWorkedExample } from "../support/import-worked-example";
import { expect, test } from "./fixtures";

const SLUG = "worked-example";

/** The table of docs/metrics.md as a person reads it, one column a line. */
const ALIKE = { users: "3", repeatVisitorRatio: "33.3 %", bounceRate: "0 %", gender: ["Men 2 66.7 %", "Women 1 33.3 %", "Unknown 0 0 %"] };
const DAY = {
  ...ALIKE,
  newUsers: "1",
  sessions: "4",
  timePerSession: "2 m 2 s",
  conversionRate: "25 %",
  timeToConversion: "1 m 0 s",
  pageViews: ["/celebrity 2 66.7 %", "/house-price 1 33.3 %"],
};
const WEEK = {
  ...ALIKE,
  newUsers: "2",
  sessions: "5",
  conversionRate: "40 %",
  pageViews: ["/celebrity 2 50 %", "/house-price 2 50 %"],
};
const COLUMNS = [
  ["day", "all", { ...DAY, actions: "12", actionsPerSession: "3" }],
  ["day", "signed-in", { ...DAY, actions: "11", actionsPerSession: "2.75" }],
  ["week", "all", { ...WEEK, actions: "18", actionsPerSession: "3.6", timePerSession: "2 m 3 s", timeToConversion: "1 m 5 s" }],
  ["week", "signed-in", { ...WEEK, actions: "16", actionsPerSession: "3.2", timePerSession: "2 m 1 s", timeToConversion: "1 m 0 s" }],
] as const;

const plain = (text: string | null) => (text ?? "").replaceAll("\u00a0", " ");

async function readTable(page: Page, chart: string): Promise<string[]> {
  const rows = page.locator(`[data-chart="${chart}"] tbody tr`);
  return rows.evaluateAll((found) =>
    found.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").replaceAll("\u00a0", " ")).join(" ")),
  );
}

test.beforeAll(({ app }) => importWorkedExample(app.db, SLUG));

for (const [period, lens, { gender, pageViews, ...tiles }] of COLUMNS) {
  test(`the dashboard shows the worked example's table: ${period}, ${lens}`, async ({ page, signInAsOwner }) => {
    await signInAsOwner(page);
    await page.goto(`/dashboard?site=${SLUG}&period=${period}&date=2022-10-11&lens=${lens}`);
    const shown: Record<string, string> = {};
    for (const metric of Object.keys(tiles))
      shown[metric] = plain(await page.locator(`[data-metric="${metric}"] a span`).first().textContent());
    expect(shown).toEqual(tiles);
    expect(await readTable(page, "genderRatio-doughnut")).toEqual(gender);
    expect(await readTable(page, "pageViews-doughnut")).toEqual(pageViews);
  });
}
