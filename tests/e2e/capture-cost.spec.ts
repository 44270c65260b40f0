import { type Browser, chromium, devices, type Page } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { expect, test } from "./fixtures";

const ROUNDS = 3;
/** How long a page is watched after it has loaded: the first ping is in it. */
const WATCHED_MS = 4_000;
/** From here on a browser calls a task long. */
const LONG_TASK_MS = 50;

/** A script of the beacon's: itself, or the library that measures a page. */
const isBeacon = (body: string) => body.includes("prerenderingchange");

/** Sums what shifts on a page, from its first moment. */
const watchShifts = () => {
  Object.assign(window, { shifted: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      (window as unknown as { shifted: number }).shifted += (entry as unknown as { value: number }).value;
  }).observe({ type: "layout-shift", buffered: true });
};

/** Holds every script of the beacon back until `release`, or for good. Tells which there were. */
async function holdBeacon(page: Page, release?: Promise<void>): Promise<string[]> {
  const urls: string[] = [];
  await page.route("**/*.js", async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    if (!isBeacon(body)) return route.fulfill({ response, body });
    urls.push(route.request().url());
    if (!release) return route.abort();
    await release;
    return route.fulfill({ response, body });
  });
  return urls;
}

const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

type TraceEvent = { name: string; ph: string; tdur?: number; args: { data?: { url?: string }; fileName?: string } };

/**
 * What a page costs: how much of it shifts, and the processor time of each run of the beacon's scripts and of all others, in ms. A busy machine
 * does not change either.
 */
async function measure(browser: Browser, url: string, beacon: boolean): Promise<{ shifted: number; runsMs: number[]; othersMs: number }> {
  const context = await browser.newContext({ ...devices["Desktop Chrome"] });
  const page = await context.newPage();
  await page.addInitScript(watchShifts);
  // A font that comes late moves the text, now more and now less: that is the page's own doing.
  await page.route("**/*.woff2", (route) => route.abort());
  const urls = await holdBeacon(page, beacon ? Promise.resolve() : undefined);
  const told: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/note")) told.push(request.url());
  });
  await browser.startTracing(page, { categories: ["devtools.timeline", "v8"] });
  await page.goto(url);
  if (beacon) await expect.poll(() => told.length).toBeGreaterThan(0);
  else await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), WATCHED_MS);
  const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
  expect(urls.length).toBeGreaterThan(0);
  expect(told.length > 0).toBe(beacon);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
  const ran = traceEvents.filter(
    ({ name, ph, args }) =>
      ph === "X" &&
      /^(EvaluateScript|v8\.evaluateModule|FunctionCall|v8\.compile|v8\.compileModule)$/.test(name) &&
      (args.data?.url ?? args.fileName ?? "").endsWith(".js"),
  );
  const isOwn = ({ args }: TraceEvent) => urls.includes(args.data?.url ?? args.fileName ?? "");
  const cpuMs = ({ tdur }: TraceEvent) => (tdur ?? 0) / 1_000;
  return { shifted, runsMs: ran.filter(isOwn).map(cpuMs), othersMs: sumOf(ran.filter((event) => !isOwn(event)).map(cpuMs)) };
}

test("the beacon moves nothing on the page, and none of its runs comes near a long task", async ({ app }) => {
  test.setTimeout(240_000);
  const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
  try {
    const off = await measure(browser, `${app.url}/login`, false);
    expect(off.runsMs).toEqual([]);
    for (let round = 0; round < ROUNDS; round++) {
      const on = await measure(browser, `${app.url}/login`, true);
      const longest = Math.max(...on.runsMs);
      const total = sumOf(on.runsMs);
      test.info().annotations.push({
        type: "measured",
        description: `shifted ${on.shifted} (without ${off.shifted}), ${on.runsMs.length} runs, ${total.toFixed(1)} ms in all, longest ${longest.toFixed(1)} ms; the page's other scripts ${on.othersMs.toFixed(1)} ms`,
      });
      expect(on.shifted).toBe(off.shifted);
      expect(on.runsMs.length).toBeGreaterThan(0);
      expect(longest).toBeLessThan(LONG_TASK_MS / 2); // of processor time: no machine is so slow
      expect(total).toBeLessThan(on.othersMs / 2);
    }
  } finally {
    await browser.close();
  }
});

test("a beacon that does not come holds up nothing: the page loads, and its links work", async ({ page }) => {
  let release = () => {};
  const urls = await holdBeacon(
    page,
    new Promise<void>((resolve) => {
      release = resolve;
    }),
  );
  await page.goto("/launches", { waitUntil: "load" });
  await expect.poll(() => urls.length).toBeGreaterThan(0);
  await page.locator('a[href="/house-price"]').first().click();
  await page.waitForURL("**/house-price");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const told = page.waitForRequest((request) => request.url().endsWith("/api/note"));
  release();
  await told;
  await page.unrouteAll({ behavior: "ignoreErrors" });
});
