import { defineConfig, devices } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "./lib/cli/test/find-browser";

// The page that fails on purpose is there for the servers of these tests alone.
process.env.FOOTFALL_TEST_ROUTES = "1";
// The source of launches is somebody else's: what is shown must not depend on it, nor wait for it.
process.env.LAUNCHES_URL ??= "http://127.0.0.1:9/launches/";

export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/support/build-once.ts",
  // Each worker has a server and a database of its own. One waits while the other one draws.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    // A trace of every test takes a third of the time; `--trace on` makes one where it is needed.
    screenshot: "only-on-failure",
    launchOptions: { executablePath: findBrowser(), args: BROWSER_FLAGS },
  },
});
