import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import type { Measurement } from "../measurement";
import { openBrowser } from "../support/browser";
import { type BenchServer, openProduct } from "../support/servers";
import { ownerCookie } from "../support/sign-in";

/** Only the beacon's own code has the one word; only the library of web vitals, which it fetches later, the other. */
const BEACON_WORD = "sendBeacon";
const VITALS_WORD = "largest-contentful-paint";
/** The beacon says its first word after a person has stayed; by then all it needs is there. */
const SETTLE_MS = 5_000;

/** What a browser downloads to run: the scripts of the dashboard, and of the beacon on a measured page. */
export const scripts: Measurement = {
  name: "scripts",
  quick: false,
  figures: [
    { key: "dashboardJsKb", title: "JavaScript that /dashboard loads, gzipped", unit: "kB", budget: { atMost: 300 } },
    {
      key: "beaconKb",
      title: "JavaScript of the beacon, gzipped, without the web vitals that it fetches later",
      unit: "kB",
      budget: { atMost: 1.5 },
    },
  ],
  async measure(bench) {
    const server = await openProduct(bench);
    const { browser } = await openBrowser(bench);
    const context = await browser.newContext();
    try {
      const site = await loadScripts(await context.newPage(), `${server.url}/`);
      await context.addCookies([{ ...(await ownerCookie(server as BenchServer)), url: server.url }]);
      const dashboard = await loadScripts(await context.newPage(), `${server.url}/dashboard`);
      const beacon = site.filter((script) => script.includes(BEACON_WORD));
      if (beacon.length === 0) throw new Error(`no script of the landing page has the word ${BEACON_WORD}`);
      return {
        dashboardJsKb: { value: gzippedKb(dashboard), note: `${dashboard.length} files` },
        beaconKb: {
          value: gzippedKb(beacon),
          note: `web vitals ${gzippedKb(site.filter((script) => script.includes(VITALS_WORD))).toFixed(1)} kB; the landing page loads ${gzippedKb(site).toFixed(0)} kB`,
        },
      };
    } finally {
      await context.close();
    }
  },
};

/** Every script that a page loads until it has come to rest. */
async function loadScripts(page: Page, url: string): Promise<string[]> {
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") bodies.push(response.text());
  });
  await page.goto(url, { waitUntil: "load" });
  await page.waitForTimeout(SETTLE_MS);
  const scripts = await Promise.all(bodies);
  await page.close();
  return scripts;
}

const gzippedKb = (scripts: readonly string[]): number => scripts.reduce((sum, script) => sum + gzipSync(script).length, 0) / 1024;
