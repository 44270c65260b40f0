import { type Browser, chromium, devices } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { startCachingProxy } from "../support/caching-proxy";
import { expectViews, readRecorded } from "../support/recorded";
import { type StepKind, Tour } from "../support/tour";
import { expect, test } from "./fixtures";

/** The one page of the tour that browsers may keep. */
const KEPT = "/celebrity";
const HOUSE = { Bedrooms: "3", Bathrooms: "1", Stories: "2", "Garage places": "1" };

/** More than sixty clicks of every kind. Returns whether a page came out of the back/forward cache. */
async function walk(tour: Tour, owner: { email: string; password: string }): Promise<boolean> {
  await tour.type("/");
  for (let round = 0; round < 5; round++) {
    await tour.link("/house-price");
    await tour.form("action /house-price error", { ...HOUSE, Bedrooms: "three" }, "Name a price", { shows: "alert" });
    for (const href of ["/launches", "/login", "/register"]) await tour.link(href);
    await tour.back("/login");
    await tour.back("/launches");
    await tour.forward("/login");
    await tour.hash();
    await tour.linkHere("/login");
  }
  await tour.reload("/login");
  await tour.form("action /login error", { "E-mail": owner.email, Password: "not the password" }, "Sign in", { shows: "alert" });
  await tour.form("login /login success", { "E-mail": owner.email, Password: owner.password }, "Sign in", { leadsTo: "/" });
  await tour.link("/house-price");
  await tour.form("action /house-price success", HOUSE, "Name a price", { shows: "status" });
  await tour.link("/logout");
  await tour.form("logout /logout success", {}, "Sign out", { leadsTo: "/" });
  await tour.inNewTab("/launches", async () => {
    await tour.link("/register");
    await tour.link("/");
  });
  await tour.type(KEPT);
  await tour.mark();
  await tour.type("/launches");
  const alive = await tour.backToKept(KEPT);
  await tour.type("/register");
  await tour.type(KEPT, { kept: true });
  await tour.type("/nowhere", { route: "(not found)" });
  return alive;
}

const KINDS: StepKind[] = ["link", "back", "forward", "reload", "form", "hash", "new tab", "bfcache", "cached page"];

/** Walks the tour in a browser of its own and compares what was counted with what a person counted. */
async function expectTour(
  app: { url: string; db: Parameters<typeof expectViews>[0]; owner: { email: string; password: string } },
  scripts: boolean,
): Promise<{ tour: Tour; alive: boolean; documents: string[] }> {
  const proxy = await startCachingProxy(app.url, (path) => path === KEPT);
  // Playwright turns the back/forward cache off. Without scripts nothing could tell of what comes out of it: there every page shall be asked for.
  const browser: Browser = await chromium.launch({
    executablePath: findBrowser(),
    // By a flag too: a tab that a page opens asks for its first document before Playwright has given it the other name.
    args: [...BROWSER_FLAGS, `--user-agent=${devices["Desktop Chrome"].userAgent}`],
    ignoreDefaultArgs: scripts ? ["--disable-back-forward-cache"] : [],
  });
  try {
    const context = await browser.newContext({ ...devices["Desktop Chrome"], baseURL: proxy.url, javaScriptEnabled: scripts });
    context.setDefaultTimeout(30_000);
    context.setDefaultNavigationTimeout(30_000);
    const tour = new Tour(context, await context.newPage(), scripts);
    const alive = await walk(tour, app.owner);
    const visitor = await tour.visitor();
    await expectViews(app.db, visitor, tour.views);
    const forms = (await readRecorded(app.db, visitor)).filter(({ kind }) => !["view", "ping"].includes(kind));
    expect(forms.map(({ kind, route, outcome }) => `${kind} ${route} ${outcome}`)).toEqual(tour.forms);
    expect(tour.steps.length).toBeGreaterThanOrEqual(60);
    expect(new Set(tour.steps)).toEqual(new Set(KINDS));
    return { tour, alive, documents: proxy.documents };
  } finally {
    await browser.close();
    await proxy.stop();
  }
}

test("a tour of more than 60 links, back, forward, reloads, forms, anchors, tabs and kept pages counts the views a person would count, each once", async ({
  app,
}) => {
  test.setTimeout(180_000);
  const { tour, alive, documents } = await expectTour(app, true);
  expect(alive).toBe(true); // the back/forward cache did its part,
  expect(tour.silent).toBeGreaterThan(5); // the router's cache too,
  expect(tour.prefetches).toBeGreaterThan(0); // and pages were fetched ahead
  expect(documents.length).toBeLessThan(tour.views.length / 3);
});

test("the same tour with JavaScript off counts the documents exactly", async ({ app }) => {
  test.setTimeout(180_000);
  const { tour, documents } = await expectTour(app, false);
  const found = documents.map((path) => (path === "/nowhere" ? "(not found)" : path));
  expect(tour.views).toEqual(found);
});
