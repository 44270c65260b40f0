import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright";
import type { Measurement } from "../measurement";
import type { Bench } from "../support/bench";
import { openBrowser } from "../support/browser";
import { backgroundCalls, pageViews } from "../support/load";
import { type BenchServer, openProduct } from "../support/servers";
import { ownerCookie } from "../support/sign-in";
import { percentile } from "../support/statistics";

const PROBED = "/launches";
const BACKGROUND = { calls: 20, events: 25 };
const PATIENCE_MS = 30_000;

/** From the end of a visitor's response to the changed number on a dashboard, while 500 events a second come in from others. */
export const clickToGlass: Measurement = {
  name: "click-to-glass",
  quick: false,
  figures: [
    {
      key: "clickToGlassP50Ms",
      title: "Response end → number changed in a browser, 500 events/s beside it, p50",
      unit: "ms",
      budget: { atMost: 150 },
    },
    { key: "clickToGlassP95Ms", title: "The same, p95", unit: "ms", budget: { atMost: 300 } },
  ],
  async measure(bench) {
    const server = await openProduct(bench);
    const page = await openDashboard(bench, server);
    const stop = startBackground(server.url);
    const times: number[] = [];
    try {
      for (let probe = 0; probe < (bench.quick ? 5 : 105); probe += 1) {
        // At random against the hub's own rhythm, as clicks are.
        await delay(100 + Math.random() * 400);
        const time = await probeOnce(server.url, page);
        if (probe >= 5 || bench.quick) times.push(time);
      }
    } finally {
      await stop();
      await page.close();
    }
    return {
      clickToGlassP50Ms: {
        value: percentile(times, 0.5),
        low: Math.min(...times),
        high: Math.max(...times),
        note: `${times.length} clicks`,
      },
      clickToGlassP95Ms: { value: percentile(times, 0.95) },
    };
  },
};

async function openDashboard(bench: Bench, server: BenchServer): Promise<Page> {
  const { browser } = await openBrowser(bench);
  const context = await browser.newContext();
  await context.addCookies([{ ...(await ownerCookie(server)), url: server.url }]);
  await visit(server.url);
  const page = await context.newPage();
  // What the loader of TypeScript calls in functions that are sent to the page.
  await page.addInitScript("globalThis.__name = (named) => named");
  await page.goto(`${server.url}/dashboard`);
  await page.waitForSelector('[data-chart="pageViews-ranks"] tbody tr', { state: "attached" });
  // The page notes when its table last said something new of the probed route, at the frame that shows it.
  await page.evaluate((route) => {
    const read = () =>
      [...document.querySelectorAll('[data-chart="pageViews-ranks"] tbody tr')]
        .find((row) => row.querySelector("th")?.textContent === route)
        ?.querySelector("td")?.textContent ?? "";
    let shown = read();
    const target = window as unknown as { changedAt: number };
    target.changedAt = 0;
    new MutationObserver(() => {
      const now = read();
      if (now === shown) return;
      shown = now;
      requestAnimationFrame(() => {
        target.changedAt = Date.now();
      });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, PROBED);
  return page;
}

async function visit(url: string): Promise<number> {
  const [request] = pageViews(PROBED);
  const response = await fetch(`${url}${PROBED}`, { headers: request?.headers as Record<string, string> });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${PROBED} answers ${response.status}`);
  return Date.now();
}

async function probeOnce(url: string, page: Page): Promise<number> {
  const before = await page.evaluate(() => (window as unknown as { changedAt: number }).changedAt);
  const responded = await visit(url);
  const changed = await page.waitForFunction(
    (last) => {
      const { changedAt } = window as unknown as { changedAt: number };
      return changedAt > last && changedAt;
    },
    before,
    { polling: 10, timeout: PATIENCE_MS },
  );
  return ((await changed.jsonValue()) as number) - responded;
}

/** Others' events, told to the same server in steady small calls. Returns the function that ends it, which throws when one was refused. */
function startBackground(url: string): () => Promise<void> {
  const calls = backgroundCalls(BACKGROUND.events);
  const underWay = new Set<Promise<void>>();
  let [next, refused] = [0, 0];
  const timer = setInterval(() => {
    const call = calls[next++ % calls.length];
    const sent = fetch(`${url}/api/collect`, {
      method: "POST",
      headers: call?.headers as Record<string, string>,
      body: call?.body as string,
    })
      .then((response) => {
        if (!response.ok) refused += 1;
      })
      .catch(() => {
        refused += 1;
      })
      .finally(() => underWay.delete(sent));
    underWay.add(sent);
  }, 1_000 / BACKGROUND.calls);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    if (refused > 0) throw new Error(`${refused} background calls failed`);
  };
}
