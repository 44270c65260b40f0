import type { Page } from "@playwright/test";
import type { Db } from "../../lib/db/client";
import { env } from "../../lib/env";
import { readRecorded } from "../support/recorded";
import { startTabs, type Tabs } from "../support/tabs";
import { expect, test } from "./fixtures";

/** Notes that the page has sent so far. */
function watchNotes(page: Page): { kind: string; path: string; scroll?: number }[] {
  const notes: { kind: string; path: string; scroll?: number }[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/note") notes.push(...(request.postDataJSON() as typeof notes));
  });
  return notes;
}

/** What a browser does when a tab goes to the back or comes to the front; a page under test is always in front. */
const setVisibility = (page: Page, state: "visible" | "hidden") =>
  page.evaluate((next) => {
    Object.defineProperty(document, "visibilityState", { value: next, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

/** How long the visits of a visitor lasted, in seconds; the test's visitors come once. */
async function secondsOf(db: Db, visitor: string): Promise<number> {
  const sessions = await db.$queryRaw<{ seconds: number }[]>`
    SELECT extract(epoch FROM ended_at - started_at)::float8 AS seconds FROM session JOIN visitor ON visitor.id = visitor_id WHERE key = ${visitor}`;
  expect(sessions).toHaveLength(1);
  return sessions[0]?.seconds ?? 0;
}

type Stay = { browser: Tabs; tab: string; visitor: string; openedAt: number };

/** Opens a page in a browser that nothing drives; `read` is told whose visit it is and when its page was asked for. No other visit may begin at `path` meanwhile. */
async function visit(app: { url: string; db: Db }, path: string, read: (stay: Stay) => Promise<void>) {
  const browser = await startTabs();
  try {
    const known = await visitorsOf(app.db, path);
    const tab = await browser.open(app.url + path);
    const find = async () => [...(await visitorsOf(app.db, path))].filter((key) => !known.has(key));
    await expect.poll(async () => (await find()).length).toBe(1);
    const [visitor = ""] = await find();
    const [first] = await readRecorded(app.db, visitor);
    await read({ browser, tab, visitor, openedAt: first?.at.getTime() ?? 0 });
  } finally {
    await browser.stop();
  }
}

const visitorsOf = async (db: Db, path: string): Promise<Set<string>> => {
  const rows = await db.$queryRaw<{ key: string }[]>`
    SELECT DISTINCT visitor.key FROM event JOIN visitor ON visitor.id = visitor_id JOIN route ON route.id = route_id WHERE pattern = ${path}`;
  return new Set(rows.map(({ key }) => key));
};

/** Waits until more than so many seconds are stored, and no longer than a moment after it: what follows is held against the instant of return. */
const untilStored = (db: Db, visitor: string, seconds: number) =>
  expect.poll(() => secondsOf(db, visitor), { intervals: [50], timeout: 20_000 }).toBeGreaterThan(seconds);

/** How long a tab takes to go is no part of the stay: its end lies between the order to go and the word of it in the database. */
function expectBetween(seconds: number, earliest: number, latest: number): void {
  expect(seconds).toBeGreaterThan(earliest - 1);
  expect(seconds).toBeLessThan(latest + 0.2);
}

/** Reads a page for 20 s and closes it. */
const stay = (app: { url: string; db: Db }) =>
  visit(app, "/launches", async ({ browser, tab, visitor, openedAt }) => {
    const passedSec = () => (Date.now() - openedAt) / 1_000;
    await until(openedAt + 20_000);
    const earliest = passedSec();
    await browser.close(tab);
    await untilStored(app.db, visitor, 19); // and so no bounce, which is shorter than 3
    expectBetween(await secondsOf(app.db, visitor), earliest, passedSec());
  });

// The short form is longer than the 12 s after which the next ping of the page would be due if it were in view.
const BEHIND_S = env().FOOTFALL_READING === "long" ? 300 : 16;

/** Reads a page for 6 s and leaves it behind another one. */
const goBehind = (app: { url: string; db: Db }) =>
  visit(app, "/house-price", async ({ browser, tab, visitor, openedAt }) => {
    const passedSec = () => (Date.now() - openedAt) / 1_000;
    await until(openedAt + 6_000);
    const earliest = passedSec();
    await browser.open("about:blank"); // in front of it: the browser itself hides the first
    await untilStored(app.db, visitor, earliest - 1);
    const latest = passedSec();
    const hiddenAt = Date.now();
    await until(hiddenAt + BEHIND_S * 1_000);
    await browser.close(tab);
    await expect.poll(() => browser.tabs()).not.toContain(tab);
    const seconds = await secondsOf(app.db, visitor);
    // Whatever the tab sent while it was hidden or closed is stored before the next page that its browser asks for.
    await browser.open(`${app.url}/house-price`);
    const next = async () => (await readRecorded(app.db, visitor)).find(({ at }) => at.getTime() > hiddenAt);
    await expect.poll(async () => (await next())?.kind).toBe("view");
    expectBetween(seconds, earliest, latest);
  });

test(`a reader of 20 s has 20 s and is no bounce; a tab in front for 6 s and behind another for ${BEHIND_S} s has the 6`, async ({
  app,
}) => {
  test.setTimeout(120_000 + BEHIND_S * 1_000);
  // At the same time, each in a browser of its own: they last as long as they say.
  await Promise.all([stay(app), goBehind(app)]);
});

/** The stay itself is what is measured: there is nothing else to wait for. */
const until = (instant: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, instant - Date.now()));

test("a page in view is told of at 3 s, then every 15 s; in the background not at all", async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1_000);
  const notes = watchNotes(page);
  const scripts = new Set<string>();
  page.on("response", async (response) => {
    if (!response.url().endsWith(".js")) return;
    if ((await response.text().catch(() => "")).includes("prerenderingchange")) scripts.add(response.url());
  });
  await page.goto("/launches");
  // The beacon, and what it asks for once it has begun.
  await expect.poll(() => scripts.size).toBe(2);
  // What came too much is seen at the next step: a note takes a moment to be heard of here.
  const expectAfter = async (ms: number, count: number) => {
    await page.clock.runFor(ms);
    await expect.poll(() => notes.length).toBe(count);
  };
  await expectAfter(2_500, 0);
  await expectAfter(1_000, 1);
  await expectAfter(14_000, 1);
  await expectAfter(1_000, 2);
  await expectAfter(45_000, 5);
  await setVisibility(page, "hidden");
  await expect.poll(() => notes.length).toBe(6);
  await expectAfter(5 * 60_000, 6);
  await setVisibility(page, "visible");
  await expectAfter(16_000, 7);
  expect(notes.every(({ kind, path }) => kind === "ping" && path === "/launches")).toBe(true);
});

test("the beacon is under 1.5 kB gzipped, and the page's HTML asks for none of it", async ({ page }) => {
  const { gzipSync } = await import("node:zlib");
  const scripts: { url: string; body: string }[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith(".js")) scripts.push({ url: response.url(), body: await response.text().catch(() => "") });
  });
  await page.goto("/launches");
  await expect.poll(() => scripts.find(({ body }) => body.includes("prerenderingchange"))).toBeTruthy();
  const beacon = scripts.find(({ body }) => body.includes("prerenderingchange"));
  expect(gzipSync(beacon?.body ?? "", { level: 9 }).length).toBeLessThan(1_500);
  const html = await (await page.request.get("/launches")).text();
  const name = new URL(beacon?.url ?? "").pathname.split("/").at(-1) ?? "";
  expect(html).not.toContain(name);
});
