import { spawnSync } from "node:child_process";
import { chromium } from "@playwright/test";
import { AppError } from "../../app-error";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const INSTALL_MS = 10 * 60_000;

const runs = (file: string, args: string[]) => spawnSync(file, args, { stdio: "ignore", timeout: INSTALL_MS }).status === 0;

let found: string | undefined;

/** A Chromium that starts on this machine: Playwright's own, else one of the system's. A file alone may still lack its libraries. */
export function findBrowser(): string | undefined {
  found ??= [chromium.executablePath(), ...INSTALLED].find((path) => path && runs(path, ["--version"]));
  return found;
}

/**
 * Makes sure that there is a Chromium: as root on Debian through apt, else by Playwright's own download.
 * Throws AppError `unavailable` when neither works.
 */
export function ensureBrowser(onProgress: (step: string) => void): string {
  const there = findBrowser();
  if (there) return there;
  onProgress("Installing Chromium for the browser tests, once");
  if (process.getuid?.() === 0 && runs("apt-get", ["--version"])) {
    runs("apt-get", ["update", "-qq"]);
    runs("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  }
  if (!findBrowser()) runs(process.execPath, ["node_modules/@playwright/test/cli.js", "install", "chromium"]);
  const installed = findBrowser();
  if (installed) return installed;
  throw new AppError(
    "unavailable",
    "There is no Chromium for the browser tests and it could not be installed: run `apt-get install chromium` or `npx playwright install --with-deps chromium`.",
  );
}

/** What a browser in a container or on a bare server needs, and nothing that talks to the outside by itself. */
export const BROWSER_FLAGS = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
