import { chromium, type Page } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { readRecorded } from "../support/recorded";
import { BROWSERS } from "../support/user-agents";
import { expect, test } from "./fixtures";

/** Notes that the page has sent so far. */
function watchNotes(page: Page): { kind: string; path: string; scroll?: number }[] {
  const notes: { kind: string; path: string; scroll?: number }[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/note") notes.push(...(request.postDataJSON() as typeof notes));
  });
  return notes;
}

const visitorOf = async (page: Page): Promise<string> => {
  const cookie = (await page.context().cookies()).find(({ name }) => name === "ff_visitor");
  return cookie?.value ?? "";
};

/** What a browser does when a tab goes to the back or comes to the front; a page under test is always in front. */
const setVisibility = (page: Page, state: "visible" | "hidden") =>
  page.evaluate((next) => {
    Object.defineProperty(document, "visibilityState", { value: next, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

test("a reader who stays and leaves has the time of the stay, and is no bounce", async ({ app }) => {
  // Named by a flag: what a page sends while it goes would else carry the headless browser's own name, and be left out.
  const args = [...BROWSER_FLAGS, `--user-agent=${BROWSERS[0]}`];
  const browser = await chromium.launch({ executablePath: findBrowser(), args });
  const context = await browser.newContext({ userAgent: BROWSERS[0] });
  const page = await context.newPage();
  const began = Date.now();
  await page.goto(`${app.url}/launches`);
  const visitor = await visitorOf(page);
  await expect.poll(async () => (await readRecorded(app.db, visitor)).map(({ kind }) => kind), { timeout: 15_000 }).toContain("ping");
  const toldAt = await page.evaluate(() => performance.now());
  await page.waitForFunction((since) => performance.now() > since + 1_500, toldAt); // a reader reads on
  await page.goto("about:blank"); // leaves; the last note is sent while the page goes
  const stayedMs = Date.now() - began;
  await expect.poll(async () => (await readRecorded(app.db, visitor)).filter(({ kind }) => kind === "ping").length).toBe(2);
  const [session] = await app.db.$queryRaw<{ ms: number }[]>`
    SELECT extract(epoch FROM ended_at - started_at)::float * 1000 AS ms FROM session JOIN visitor ON visitor.id = visitor_id WHERE key = ${visitor}`;
  expect(session?.ms).toBeGreaterThanOrEqual(3_000);
  expect(Math.abs((session?.ms ?? 0) - stayedMs)).toBeLessThan(1_000);
  await browser.close();
});

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
    if (response.url().endsWith(".js")) scripts.push({ url: response.url(), body: await response.text() });
  });
  await page.goto("/launches");
  await expect.poll(() => scripts.find(({ body }) => body.includes("prerenderingchange"))).toBeTruthy();
  const beacon = scripts.find(({ body }) => body.includes("prerenderingchange"));
  expect(gzipSync(beacon?.body ?? "", { level: 9 }).length).toBeLessThan(1_500);
  const html = await (await page.request.get("/launches")).text();
  const name = new URL(beacon?.url ?? "").pathname.split("/").at(-1) ?? "";
  expect(html).not.toContain(name);
});
