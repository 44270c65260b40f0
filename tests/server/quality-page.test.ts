import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { makeVisitorId } from "../../lib/capture/visitor-cookie";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { openDatabase } from "../../lib/db/client";
import { changeSettings } from "../../lib/store/change-settings";
import { markOwnTraffic } from "../../lib/store/own-traffic";
import { readSite } from "../../lib/store/read-site";
import { signIn } from "../support/sign-in";
import { stayClearOf } from "../support/stay-clear-of";
import { TEST_OWNER } from "../support/test-owner";
import { BOTS, BROWSERS } from "../support/user-agents";

const { url, databaseUrl } = inject("app");
const db = openDatabase(databaseUrl, { poolSize: 2 });
const site = await readSite(db, "demo");
const { cookie } = await signIn(url, TEST_OWNER);
const SOON = { timeout: 20_000, interval: 300 };

// The page and the numbers are of today.
beforeAll(() => stayClearOf("00:00"), 180_000);
afterAll(async () => {
  await db.ownTraffic.deleteMany({ where: { siteId: site.id } });
  await changeSettings(db, site.id, { exclude: { addresses: [], paths: [], hosts: [] } });
  await db.$disconnect();
});

/** The rows of a table of the page, as an owner reads them. */
async function readTable(label: string): Promise<string[][]> {
  const html = await (await fetch(`${url}/dashboard/quality`, { headers: { cookie, accept: "text/html" } })).text();
  const table = new RegExp(`<section[^>]*aria-label="${label}"[^>]*>(.*?)</section>`, "s").exec(html)?.[1] ?? "";
  const text = (part: string) => part.replace(/<!--.*?-->|<[^>]+>/g, "").replaceAll("&amp;", "&");
  const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]);
  return rows.map((cells) => cells.map(([, cell = ""]) => text(cell))).slice(1);
}

/** Waits until the table has a row with each of these cells. */
const expectRow = (table: string, ...cells: (string | RegExp)[]) =>
  expect
    .poll(async () => {
      const rows = await readTable(table);
      return rows.some((row) => cells.every((cell) => row.some((text) => (typeof cell === "string" ? text === cell : cell.test(text)))));
    }, SOON)
    .toBe(true);

const readMetrics = async () => (await (await fetch(`${url}/api/metrics?site=demo&period=day`, { headers: { cookie } })).json()).metrics;
const person = (visitor: string) => ({ "user-agent": BROWSERS[0] ?? "", accept: "text/html", cookie: `ff_visitor=${visitor}` });

/** Asks for a page with curl itself, where this machine has it; else in its words. Returns its user agent. */
async function curl(address: string): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run("curl", ["--silent", "--version"]).catch(() => ({ stdout: "" }));
  const userAgent = `curl/${/^curl (\S+)/.exec(stdout)?.[1] ?? "8.5.0"}`;
  if (stdout) await run("curl", ["--silent", "--fail", "--output", "/dev/null", address]);
  else await fetch(address, { headers: { "user-agent": userAgent, accept: "*/*" } });
  return userAgent;
}

/** Opens a page with a headless Chromium as it comes. Returns its user agent. */
async function openHeadless(address: string): Promise<string> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    return await page.evaluate(() => navigator.userAgent);
  } finally {
    await browser.close();
  }
}

test("curl, headless Chromium and an AI crawler stand on the page with their reasons and as examples, and in no metric", async () => {
  const before = await readMetrics();
  const events = await db.event.count();
  const run = crypto.randomUUID().slice(0, 8);
  const curlAgent = await curl(`${url}/launches?${run}`);
  const headlessAgent = await openHeadless(`${url}/house-price`);
  const crawler = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)";
  await fetch(`${url}/celebrity`, { headers: { "user-agent": crawler, accept: "*/*" } });
  expect(headlessAgent).toContain("HeadlessChrome");
  await expectRow("Left out", "Bot", /^known bot \(curl/, "/launches", curlAgent);
  await expectRow("Left out", "Bot", "headless browser", "/house-price", headlessAgent);
  await expectRow("Left out", "AI agent", "AI agent GPTBot", "/celebrity", crawler);
  expect(await readMetrics()).toEqual(before);
  expect(await db.event.count()).toBe(events);
});

test("own traffic, what the owner leaves out, prefetches and what was lost stand there too, each with its reason and an example", async () => {
  const [own, other] = [makeVisitorId(), makeVisitorId()];
  await markOwnTraffic(db, site.id, [{ kind: "visitor", key: own, label: "Own" }]);
  await changeSettings(db, site.id, { exclude: { addresses: [], paths: ["/celebrity"], hosts: [] } });
  const visit = async () => {
    await fetch(`${url}/login`, { headers: person(own) });
    await fetch(`${url}/celebrity`, { headers: person(other) });
  };
  await expect
    .poll(async () => {
      await visit(); // the server learns of both within seconds
      const reasons = (await readTable("Left out")).map(([, why]) => why);
      return ["own browser", "path /celebrity"].every((reason) => reasons.includes(reason));
    }, SOON)
    .toBe(true);
  await expectRow("Left out", "Own traffic", "own browser", "/login", BROWSERS[0] ?? "");
  await expectRow("Left out", "Excluded", "path /celebrity", "/celebrity");

  await fetch(`${url}/register?secret=1`, {
    headers: { ...person(other), rsc: "1", "next-router-prefetch": "1", "sec-fetch-dest": "empty" },
  });
  await expectRow("Requests that are no events", "Fetched ahead by the browser or the router", "Ignored", "/register", BROWSERS[0] ?? "");

  await db.$executeRaw`ALTER TABLE event ADD CONSTRAINT not_that_one CHECK (title <> 'not that one') NOT VALID`;
  const body = JSON.stringify({ kind: "view", path: "/launches/lost", title: "not that one" });
  const answer = await fetch(`${url}/api/collect`, { method: "POST", headers: person(other), body });
  await db.$executeRaw`ALTER TABLE event DROP CONSTRAINT not_that_one`;
  expect(await answer.json()).toMatchObject({ accepted: 0, refused: [{ position: 0 }] });
  await expectRow("Requests that are no events", "The database refused the event itself", "Lost", "/launches/lost");
});

test("of forty machines and forty browsers from public lists each is put where it belongs by the running server, with a reason", async () => {
  const path = `/forty-${crypto.randomUUID()}`;
  for (const agent of [...BOTS.map(([name]) => name), ...BROWSERS]) {
    await fetch(url + path, { headers: { "user-agent": agent, accept: "text/html" } });
  }
  const readApart = () => db.excludedEvent.findMany({ where: { path }, orderBy: { id: "asc" } });
  const readCounted = () => db.$queryRaw<{ userAgent: string }[]>`
    SELECT user_agent AS "userAgent" FROM event JOIN client ON client.id = client_id WHERE path = ${path} ORDER BY seq`;
  await expect.poll(async () => (await readApart()).length + (await readCounted()).length, SOON).toBe(80);
  expect((await readApart()).map(({ userAgent, category }) => [userAgent, category])).toEqual(BOTS);
  expect((await readApart()).every(({ reason }) => reason !== "")).toBe(true);
  expect((await readCounted()).map(({ userAgent }) => userAgent)).toEqual(BROWSERS);
  expect([new Set(BOTS.map(([name]) => name)).size, new Set(BROWSERS).size]).toEqual([40, 40]);
});

test("the page's number of humans is the dashboard's number of actions", async () => {
  const { actions } = await readMetrics();
  const html = await (await fetch(`${url}/dashboard/quality`, { headers: { cookie, accept: "text/html" } })).text();
  const figure = /<dt>Humans<\/dt><dd>([\d,]+)/.exec(html)?.[1]?.replaceAll(",", "");
  expect(Number(figure)).toBe(actions);
});
