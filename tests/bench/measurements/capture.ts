import { setTimeout as delay } from "node:timers/promises";
import type { Measurement } from "../measurement";
import type { BenchDatabase } from "../support/bench";
import { type Loaded, pageViews, runLoad } from "../support/load";
import { openBare, openProduct } from "../support/servers";
import { median, summarise } from "../support/statistics";

const CONNECTIONS = 32;
/** So long a page gets faster under load: V8 compiles what is called often, and again once it knows how. */
const WARM_UP_SECONDS = 20;
const BACKLOG_PATIENCE_MS = 60_000;
const LOOK_MS = 2;
/** Without an event for so long, what the load before left unfinished is over. */
const QUIET_MS = 3_000;

/** What capture costs a page, in turns with the same build without it, and how far the store is behind when the last visitor has been answered. */
export const capture: Measurement = {
  name: "capture",
  quick: false,
  figures: [
    {
      key: "captureThroughputRatio",
      title: "Requests/s of the landing page, capture on ÷ the same build with an empty middleware",
      unit: "×",
      budget: { atLeast: 0.93 },
      sane: [0.2, 3],
    },
    { key: "captureP99Ratio", title: "The same, p99 latency", unit: "×", budget: { atMost: 1.15 }, sane: [0.2, 5] },
    {
      key: "captureBacklogMs",
      title: "Last response → last event committed, after 10 s at full load",
      unit: "ms",
      budget: { atMost: 250 },
    },
  ],
  async measure(bench) {
    const [product, bare] = [await openProduct(bench), await openBare(bench)];
    const requests = pageViews("/");
    const load = (url: string, seconds = bench.quick ? 3 : 10) => runLoad({ url, connections: CONNECTIONS, seconds, requests });
    for (const { url } of [product, bare]) await load(url, bench.quick ? 3 : WARM_UP_SECONDS);
    const turns: { on: Loaded; off: Loaded }[] = [];
    for (let turn = 0; turn < (bench.quick ? 1 : 12); turn += 1) {
      // Whoever goes second finds a warmer machine: they take turns at that too.
      const first = await load(turn % 2 === 0 ? product.url : bare.url);
      const second = await load(turn % 2 === 0 ? bare.url : product.url);
      turns.push(turn % 2 === 0 ? { on: first, off: second } : { on: second, off: first });
    }
    const speed = median(turns.map(({ on }) => on.perSecond));
    const backlogs: number[] = [];
    for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
      await waitForEvents(product.database, null);
      const before = await countTaken(product.database);
      const amount = Math.max(CONNECTIONS, Math.round(speed * (bench.quick ? 1 : 10)));
      await runLoad({ url: product.url, connections: CONNECTIONS, amount, requests });
      backlogs.push(await waitForEvents(product.database, before + amount));
    }
    const note = `${Math.round(speed)} against ${Math.round(median(turns.map(({ off }) => off.perSecond)))} requests/s`;
    return {
      captureThroughputRatio: summarise(
        turns.map(({ on, off }) => on.perSecond / off.perSecond),
        note,
      ),
      captureP99Ratio: summarise(turns.map(({ on, off }) => on.p99Ms / off.p99Ms)),
      captureBacklogMs: summarise(backlogs, "every response had its event"),
    };
  },
};

/** How many events the site's log has taken: a writer moves this number in the transaction that commits them. */
async function countTaken({ db, site }: BenchDatabase): Promise<number> {
  const counter = await db.siteCounter.findUnique({ where: { siteId: site.id } });
  return Number(counter?.lastSeq ?? 0);
}

/** Waits until that many events are committed, or, with null, until no more come. Returns the milliseconds. Throws when one is missing. */
async function waitForEvents(database: BenchDatabase, wanted: number | null): Promise<number> {
  const started = performance.now();
  for (let last = -1; performance.now() - started < BACKLOG_PATIENCE_MS; ) {
    const taken = await countTaken(database);
    if (wanted === null ? taken === last : taken >= wanted) {
      if (wanted !== null && taken > wanted) throw new Error(`${taken - wanted} events more than responses`);
      return performance.now() - started;
    }
    last = taken;
    await delay(wanted === null ? QUIET_MS : LOOK_MS);
  }
  throw new Error(`events are missing: ${await countTaken(database)} of ${wanted}`);
}
