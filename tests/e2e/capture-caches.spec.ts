import { type Browser, chromium, devices, type Page } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../../lib/cli/test/find-browser";
import { startCachingProxy } from "../support/caching-proxy";
import { expectViews } from "../support/recorded";
import { expect, test } from "./fixtures";

// Playwright turns the back/forward cache off; these tests want a browser as people have it, and one without that cache.
const launch = (backForwardCache: boolean): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(),
    args: BROWSER_FLAGS,
    ignoreDefaultArgs: backForwardCache ? ["--disable-back-forward-cache"] : [],
  });

const open = (browser: Browser): Promise<Page> => browser.newPage({ ...devices["Desktop Chrome"] });

const visitorOf = async (page: Page) => (await page.context().cookies()).find(({ name }) => name === "ff_visitor")?.value ?? "";

for (const backForwardCache of [true, false]) {
  const name = backForwardCache ? "the back/forward cache" : "the HTTP cache";
  test(`going back to a page that ${name} still has asks no server, and is a view all the same`, async ({ app }) => {
    const proxy = await startCachingProxy(app.url);
    const browser = await launch(backForwardCache);
    try {
      const page = await open(browser);
      await page.goto(`${proxy.url}/house-price`);
      const visitor = await visitorOf(page);
      await page.waitForLoadState("networkidle");
      await page.goto(`${proxy.url}/launches`);
      await page.waitForLoadState("networkidle");
      // Not page.goBack(): Playwright waits there for a document that a page out of the cache never loads.
      await page.evaluate(() => {
        setTimeout(() => history.back());
      });
      await expectViews(app.db, visitor, ["/house-price", "/launches", "/house-price"]);
      expect(proxy.documents).toEqual(["/house-price", "/launches"]);
    } finally {
      await browser.close();
      await proxy.stop();
    }
  });
}
