import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

/** What the browser refuses to do under the page's policy, or a script throws. */
function watchTroubles(page: Page): string[] {
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  return troubles;
}

test("the site works under its policy: soft navigation, forms, colour scheme", async ({ page }) => {
  const troubles = watchTroubles(page);
  await page.goto("/");
  await page
    .getByRole("link", { name: /house price/i })
    .first()
    .click();
  await page.waitForURL(/house-price/);
  await page.getByRole("main").getByRole("button").last().click();
  await expect(page.getByRole("main")).toBeVisible();
  await page.goto("/login");
  expect(troubles).toEqual([]);
});

test("the dashboard works under its policy: charts, live stream, a saved picture, a report", async ({ page, signInAsOwner }) => {
  const troubles = watchTroubles(page);
  await signInAsOwner(page);
  await page.goto("/dashboard");
  await expect(page.locator("canvas").first()).toBeVisible();
  const saved = page.waitForEvent("download");
  await page
    .getByRole("button", { name: /as a picture/ })
    .first()
    .click();
  expect((await saved).suggestedFilename()).toMatch(/\.png$/);
  const report = await page.request.get("/dashboard/export/report");
  expect((await report.body()).subarray(0, 5).toString()).toBe("%PDF-");
  await page.goto("/dashboard/numbers");
  await page.goto("/dashboard/rows?metric=actions");
  expect(troubles).toEqual([]);
});

test("a script that somebody smuggled into a page does not run", async ({ page }) => {
  await page.goto("/");
  const ran = await page.evaluate(async () => {
    document.body.insertAdjacentHTML(
      "beforeend",
      '<img src="/icon.svg" onload="window.smuggled = 1"><a id="bad" href="javascript:window.smuggled = 2">x</a>',
    );
    document.getElementById("bad")?.click();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return "smuggled" in window;
  });
  expect(ran).toBe(false);
});
