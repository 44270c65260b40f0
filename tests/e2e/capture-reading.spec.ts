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

/** Opens a page in a browser that nothing drives; `read` is told whose visit it is and when its page was asked for. */
async function visit(app: { url: string; db: Db }, read: (browser: Tabs, tab: string, visitor: string, openedAt: number) => Promise<void>) {
  const browser = await startTabs();
  try {
    const known = await visitorsOf(app.db);
    const tab = await browser.open(`${app.url}/launches`);
    const { visitor, openedAt } = await newVisitor(app.db, known);
    await read(browser, tab, visitor, openedAt);
  } finally {
    await browser.stop();
  }
}

test("a reader who stays 20 s on one page and leaves has 20 s, and is no bounce", async ({ app }) => {
  test.setTimeout(120_000);
  await visit(app, async (browser, tab, visitor, openedAt) => {
    await until(openedAt + 20_000);
    const stayedSec = (Date.now() - openedAt) / 1_000; // before it closes: how long that takes is no part of the stay
    await browser.close(tab);
    await expect.poll(() => secondsOf(app.db, visitor)).toBeGreaterThan(19); // and so no bounce, which is shorter than 3
    expect(Math.abs((await secondsOf(app.db, visitor)) - stayedSec)).toBeLessThan(1);
  });
});

// The short form is longer than the 15 s after which a page in view is told of again.
const BEHIND_S = env().FOOTFALL_READING === "long" ? 300 : 25;

test(`a tab behind another one earns nothing: of 6 s in front and ${BEHIND_S} s behind it has the 6`, async ({ app }) => {
  test.setTimeout(120_000 + BEHIND_S * 1_000);
  await visit(app, async (browser, tab, visitor, openedAt) => {
    await until(openedAt + 6_000);
    const visibleSec = (Date.now() - openedAt) / 1_000;
    await browser.open("about:blank"); // in front of it: the browser itself hides the first
    const hiddenAt = Date.now();
    await expect.poll(() => secondsOf(app.db, visitor)).toBeGreaterThan(visibleSec - 1);
    await until(hiddenAt + BEHIND_S * 1_000);
    await browser.close(tab);
    await expect.poll(() => browser.tabs()).not.toContain(tab);
    const seconds = await secondsOf(app.db, visitor);
    // Whatever the tab sent while it was hidden or closed is stored before the next page that its browser asks for.
    await browser.open(`${app.url}/launches`);
    const next = async () => (await readRecorded(app.db, visitor)).find(({ at }) => at.getTime() > hiddenAt + 1_000);
    await expect.poll(async () => (await next())?.kind).toBe("view");
    expect(Math.abs(seconds - visibleSec)).toBeLessThan(1);
  });
});

async function visitorsOf(db: Db): Promise<Set<string>> {
  return new Set((await db.visitor.findMany({ select: { key: true } })).map(({ key }) => key));
}

/** The one visitor who came since, and when its page was asked for. */
async function newVisitor(db: Db, known: Set<string>): Promise<{ visitor: string; openedAt: number }> {
  const find = async () => [...(await visitorsOf(db))].filter((key) => !known.has(key));
  await expect.poll(async () => (await find()).length).toBe(1);
  const [visitor = ""] = await find();
  const [first] = await readRecorded(db, visitor);
  return { visitor, openedAt: first?.at.getTime() ?? 0 };
}

/** The stay itself is what is measured: there is nothing else to wait for. */
const until = (instant: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, instant - Date.now()));

test("a page in view is told of at 3 s, then every 15 s; in the background not at all", async ({ page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1_000);
  const notes = watchNotes(page);
  const beacon = page.waitForResponse(
    async (response) => response.url().endsWith(".js") && (await response.text()).includes("prerenderingchange"),
  );
  await page.goto("/launches");
  await beacon;
  await page.waitForLoadState("networkidle");
  const pingsAfter = async (ms: number) => {
    await page.clock.runFor(ms);
    return notes.length;
  };
  expect(await pingsAfter(2_500)).toBe(0);
  expect(await pingsAfter(1_000)).toBe(1);
  expect(await pingsAfter(14_000)).toBe(1);
  expect(await pingsAfter(1_000)).toBe(2);
  expect(await pingsAfter(45_000)).toBe(5);
  await setVisibility(page, "hidden");
  await expect.poll(() => notes.length).toBe(6);
  expect(await pingsAfter(5 * 60_000)).toBe(6);
  await setVisibility(page, "visible");
  expect(await pingsAfter(16_000)).toBe(7);
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
