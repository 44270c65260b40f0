import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import type { Snapshot } from "../../lib/metrics/snapshot";
import { appendEvents } from "../../lib/store/append-events";
import { readSite } from "../../lib/store/read-site";
import { startCuttableProxy } from "../support/cuttable-proxy";
import { makeEvent } from "../support/make-event";
import type { TestApp } from "../support/run-app";
import { someViews } from "../support/some-views";
import { expect, test } from "./fixtures";

const tile = (page: Page, metric: string) => page.locator(`[data-metric="${metric}"] a span`).first();
const append = async (app: TestApp, ...views: Parameters<typeof someViews>) =>
  appendEvents(app.db, await readSite(app.db, "demo"), someViews(...views));

test("a connection that is cut comes back with what was committed meanwhile, each event once", async ({ page, app, signInAsOwner }) => {
  const day = "2026-02-03";
  const wire = await startCuttableProxy(app.url);
  try {
    await signInAsOwner(page);
    // What the page itself asks for while it is cut must not be what brings the numbers back.
    await page.route("**/api/metrics?*", (route) => route.abort());
    await page.goto(`${wire.url}/dashboard?date=${day}`);
    const state = page.getByRole("status");
    await expect(state).toHaveText("Live");
    let expected = 0;
    for (const notice of [false, true]) {
      wire.cut();
      if (notice) await expect(state).not.toHaveText("Live", { timeout: 20_000 });
      await append(app, day, 3, `cut ${notice}`);
      if (notice) await expect(tile(page, "actions")).toHaveText(`${expected}`);
      wire.mend();
      expected += 3;
      await expect(tile(page, "actions")).toHaveText(`${expected}`, { timeout: 20_000 });
      await expect(state).toHaveText("Live", { timeout: 20_000 });
    }
    await append(app, day, 1, "afterwards");
    await expect(tile(page, "actions")).toHaveText(`${expected + 1}`);
    await expect(tile(page, "users")).toHaveText("3");
  } finally {
    await wire.stop();
  }
});

/** Tells a page that its tab was hidden or shown, as a browser does; Playwright keeps every page of its own in front. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (isHidden ? "hidden" : "visible") });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

test("a tab that nobody sees holds no stream, so that many may be open; shown again it is live, with what changed meanwhile", async ({
  page,
  app,
  signInAsOwner,
}) => {
  test.setTimeout(150_000);
  const day = "2026-02-07";
  await signInAsOwner(page);
  const viewers = async () => {
    const response = await page.request.get("/api/metrics/prometheus");
    return /^footfall_viewers (\d+)$/m.exec(await response.text())?.[1] ?? "0";
  };
  // Whoever was cut off by the test before is missed within a minute or so.
  await expect.poll(viewers, { timeout: 90_000 }).toBe("0");
  await page.goto(`/dashboard?date=${day}`);
  const state = page.getByRole("status");
  await expect(state).toHaveText("Live");
  await expect.poll(viewers).toBe("1");
  await page.evaluate(() => {
    const seen: string[] = [];
    const label = document.querySelector('[role="status"]');
    new MutationObserver(() => seen.push(label?.textContent ?? "")).observe(label as Element, {
      subtree: true,
      characterData: true,
      childList: true,
    });
    Object.assign(window, { seen });
  });
  await setHidden(page, true);
  await expect.poll(viewers).toBe("0");
  // As many as a browser opens connections to a host, each with a stream while it is in front.
  for (let count = 0; count < 6; count += 1) {
    const other = await page.context().newPage();
    await other.goto(`/dashboard?date=${day}`);
    await expect(other.getByRole("status")).toHaveText("Live");
    await setHidden(other, true);
  }
  await expect.poll(viewers).toBe("0");
  await append(app, day, 3, "meanwhile");
  await setHidden(page, false);
  await expect(tile(page, "actions")).toHaveText("3");
  await expect(state).toHaveText("Live");
  await append(app, day, 1, "afterwards");
  await expect(tile(page, "actions")).toHaveText("4");
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect([...new Set(seen)]).toEqual(["Paused", "Connecting", "Live"]);
});

/** What a page did while a value changed: what moved, and which metrics' tiles were lit up. */
interface Seen {
  shifted: string[];
  moving: string[];
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  sources: { node: Node | null }[];
}

for (const reducedMotion of ["no-preference", "reduce"] as const) {
  test(`a value that changes moves nothing on the page, and lights up only where motion is welcome: ${reducedMotion}`, async ({
    page,
    app,
    signInAsOwner,
  }) => {
    const day = reducedMotion === "reduce" ? "2026-02-04" : "2026-02-05";
    await page.emulateMedia({ reducedMotion });
    await signInAsOwner(page);
    await page.goto(`/dashboard?date=${day}`);
    await expect(page.getByRole("status")).toHaveText("Live");
    await expect(page.locator("[data-chart] canvas")).toHaveCount(13);
    await page.evaluate(async (isWelcome) => {
      const read = () => document.querySelector('[data-metric="actions"] a span')?.textContent;
      const shifted: string[] = [];
      const name = (node: Node | null) => (node instanceof Element ? node : node?.parentElement)?.outerHTML.slice(0, 150) ?? "";
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries() as LayoutShift[])
          shifted.push(`${value}: ${sources.map(({ node }) => name(node)).join(" and ")}`);
      }).observe({ type: "layout-shift" });
      // What the page's own arrival still moves is another matter.
      for (let counted = -1; counted !== shifted.length; await new Promise((resolve) => setTimeout(resolve, 500))) counted = shifted.length;
      shifted.length = 0;
      // Each motion is noted as it begins: one that a busy page begins late, or has ended, is seen all the same.
      const moving: string[] = [];
      const noteMotion = (target: Element) => {
        moving.push(target.closest("[data-metric]")?.getAttribute("data-metric") ?? target.className);
      };
      const { animate } = Element.prototype;
      Element.prototype.animate = function (...args) {
        noteMotion(this);
        return animate.apply(this, args);
      };
      for (const kind of ["transitionrun", "animationstart"])
        document.addEventListener(kind, ({ target }) => target instanceof Element && noteMotion(target));
      const before = read();
      const seen = new Promise<Seen>((resolve) => {
        new MutationObserver((_, observer) => {
          if (read() === before) return;
          observer.disconnect();
          const isLit = () => ["users", "actions", "sessions"].every((metric) => moving.includes(metric));
          // Two frames on, everything that follows from the change has been drawn; then what comes late has its time.
          const finish = () => {
            if (isWelcome && !isLit()) return void requestAnimationFrame(finish);
            setTimeout(() => resolve({ shifted, moving }), 300);
          };
          requestAnimationFrame(() => requestAnimationFrame(finish));
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      Object.assign(window, { seen });
    }, reducedMotion === "no-preference");
    await append(app, day, 1234, "many");
    const { shifted, moving } = await page.evaluate(() => (window as unknown as { seen: Promise<Seen> }).seen);
    await expect(tile(page, "actions")).toHaveText("1,234");
    expect(shifted).toEqual([]);
    if (reducedMotion === "reduce") expect(moving).toEqual([]);
    else expect(moving).toEqual(expect.arrayContaining(["users", "actions", "sessions"]));
  });
}

test("every chart has a legend with its unit, a table of the very numbers, and a picture to keep", async ({ page, app, signInAsOwner }) => {
  const day = "2026-02-06";
  const site = await readSite(app.db, "demo");
  const noon = Date.parse(`${day}T12:00:00Z`);
  await appendEvents(app.db, site, [
    ...someViews(day, 5, "reader"),
    makeEvent({ at: new Date(noon), visitor: "buyer" }),
    makeEvent({
      at: new Date(noon + 90_000),
      visitor: "buyer",
      kind: "action",
      method: "POST",
      route: "/house-price",
      path: "/house-price",
    }),
    makeEvent({ at: new Date(noon + 5 * 3_600_000), visitor: "late" }),
  ]);
  await signInAsOwner(page);
  await page.goto(`/dashboard?date=${day}`);
  const { series } = (await (await page.request.get(`/api/metrics?date=${day}`)).json()) as Snapshot;
  const rowsOf = (chart: string) =>
    page.locator(`[data-chart="${chart}"] tbody tr`).evaluateAll((rows) => rows.map((row) => row.lastElementChild?.textContent ?? ""));
  expect(await rowsOf("actions-bar")).toEqual(series.map(({ actions }) => `${actions}`));
  expect(await rowsOf("sessions-bar")).toEqual(series.map(({ sessions }) => `${sessions}`));
  const noonHour = series.findIndex(({ at }) => at === new Date(noon).toISOString());
  expect((await rowsOf("bounceRate-bar"))[noonHour]).toBe("0 %".replace(" ", "\u00a0"));
  expect((await rowsOf("timeToConversion-line"))[noonHour]).toMatch(/^1\sm\s30\ss$/);
  expect((await rowsOf("timeToConversion-line"))[0], "a mean over nothing is no zero").toBe("–");

  for (const chart of await page.locator("[data-chart]").all()) {
    await expect(chart.getByRole("img")).toBeVisible();
    expect((await chart.getByRole("listitem").first().textContent())?.length).toBeGreaterThan(3);
    await chart.getByText("Table", { exact: true }).click();
    await expect(chart.getByRole("table")).toBeVisible();
    const hasNothing = (await chart.locator("tbody td:nth-child(2)").allTextContents()).every((text) => /^(0|–)$/.test(text));
    await expect(chart.getByText("Nothing in this period")).toHaveCount(hasNothing ? 1 : 0);
  }

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save “Actions per hour” as a picture" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`demo-actions-day-${day}.png`);
  const picture = sharp(await readFile(await file.path()));
  const { format, width } = await picture.metadata();
  expect(format).toBe("png");
  expect(width).toBeGreaterThan(200);
  const { channels } = await picture.stats();
  expect(channels[0]?.stdev, "bars, not an empty sheet").toBeGreaterThan(5);

  await page.goto("/dashboard?date=2019-02-06");
  for (const chart of await page.locator("[data-chart]").all()) await expect(chart.getByText("Nothing in this period")).toBeVisible();
});
