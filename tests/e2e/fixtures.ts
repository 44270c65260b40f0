import { test as base, expect, type Page } from "@playwright/test";
import { runApp, type TestApp } from "../support/run-app";
import { stayClearOf } from "../support/stay-clear-of";

type WorkerFixtures = { app: TestApp };
type TestFixtures = {
  /** Signs that page's browser in as the owner, by the form. */
  signInAsOwner: (page: Page) => Promise<void>;
  /** For a test of what happens today: it does not begin just before midnight. */
  oneDay: undefined;
};

/** Playwright's test with `app`, the server of this worker; every relative address goes there. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const app = await runApp();
      await use(app);
      await app.stop();
    },
    { scope: "worker", auto: true, timeout: 180_000 },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  signInAsOwner: async ({ app }, use) =>
    use(async (page) => {
      await page.goto(`${app.url}/login`);
      await page.getByRole("textbox", { name: "E-mail" }).fill(app.owner.email);
      await page.getByRole("textbox", { name: "Password" }).fill(app.owner.password);
      await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/login"));
    }),
  oneDay: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      await stayClearOf("00:00");
      await use(undefined);
    },
    { timeout: 180_000 },
  ],
});

export { expect };
