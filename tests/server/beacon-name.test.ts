import { chromium, devices } from "@playwright/test";
import { afterAll, expect, inject, test } from "vitest";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { openDatabase } from "../../lib/db/client";
import { BLOCKER_RULES, isBlocked } from "../support/blocker-rules";
import { readRecorded } from "../support/recorded";
import { startSecond } from "../support/start-second";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 1 });
afterAll(() => db.$disconnect());

/** Opens a page of the site, follows a link, and gives every address the browser asked for, and whose visit it was. */
async function visit(server: string): Promise<{ asked: string[]; visitor: string }> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
  try {
    const context = await browser.newContext({ ...devices["Desktop Chrome"] });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${server}/launches`);
    await page.waitForLoadState("networkidle");
    const told = page.waitForResponse((answer) => (answer.request().postData() ?? "").includes('"kind":"view"'));
    await page.locator('a[href="/house-price"]').first().click();
    expect((await told).status()).toBe(202);
    const visitor = (await context.cookies()).find(({ name }) => name === "ff_visitor")?.value ?? "";
    return { asked, visitor };
  } finally {
    await browser.close();
  }
}

const posted = (asked: string[]) => [...new Set(asked.map((each) => new URL(each).pathname).filter((path) => path.startsWith("/api/")))];
const viewsOf = async (visitor: string) =>
  (await readRecorded(db, visitor)).filter(({ kind }) => kind === "view").map(({ route }) => route);
const refused = (asked: string[]) => asked.filter((each) => BLOCKER_RULES.some((rule) => isBlocked(each, rule)));

test("the rules refuse what they are made for", () => {
  const trackers = [
    "/js/beacon.js",
    "/analytics/track/1",
    "/api/pageview?p=1",
    "/clarity-0.7.js",
    "/analytics/ping",
    "/x-google-analytics.min.js",
  ];
  expect(refused(trackers.map((path) => `https://shop.example${path}`))).toHaveLength(trackers.length);
  expect(refused(["https://shop.example/analytics-for-all"])).toEqual([]);
});

test("nothing that a page of the site asks for has a name that ad blockers refuse", async () => {
  const { asked, visitor } = await visit(url);
  expect(posted(asked)).toEqual(["/api/note"]);
  expect(asked.length).toBeGreaterThan(10);
  expect(refused(asked)).toEqual([]);
  await expect.poll(() => viewsOf(visitor)).toEqual(["/launches", "/house-price"]);
});

test("a site gives the door a name of its own, and its pages tell there, and only there", async () => {
  const second = await startSecond(databaseUrl, { FOOTFALL_BEACON_PATH: "/api/note/garden-gate" });
  try {
    const { asked, visitor } = await visit(second.url);
    expect(posted(asked)).toEqual(["/api/note/garden-gate"]);
    await expect.poll(() => viewsOf(visitor)).toEqual(["/launches", "/house-price"]);
  } finally {
    await second.stop();
  }
});
