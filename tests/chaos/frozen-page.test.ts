import { loadavg } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../lib/env";
import { keepTable } from "../support/keep-table";
import { type Arena, type ChaosServer, openArena } from "./arena/arena";
import { type LoadOptions, startLoad } from "./arena/load";
import { measureLag } from "./arena/measure-lag";

const LONG = env().FOOTFALL_CHAOS === "long";
const READERS = 4;
/** Healthy and frozen take turns, so that what else the machine does falls on both: a frozen span lies between two healthy halves, and is held against these. */
const TURNS = LONG ? 15 : 3;
const SPAN_MS = LONG ? 5_000 : 1_000;
/** Two cores that others use too are no laboratory: the short form only shows that a page does not wait for the database. */
const BOUND = LONG ? 1.2 : 5;
/** How far behind its answer a page may be stored, at the median under a steady load. */
const COMMITTED_MS = 100;

let arena: Arena;
let server: ChaosServer;

beforeAll(async () => {
  arena = await openArena();
  server = await arena.addServer();
});
afterAll(() => arena?.close());

/** Durations of page requests in milliseconds; every one of them must succeed. */
async function readPages(spanMs: number): Promise<number[]> {
  const durations: number[] = [];
  const end = performance.now() + spanMs;
  const read = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      const response = await fetch(server.url, { headers: { accept: "text/html", "user-agent": "Mozilla/5.0 Firefox/140.0" } });
      await response.arrayBuffer();
      expect(response.status).toBe(200);
      durations.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return durations;
}

const quantile = (durations: readonly number[], q: number) =>
  [...durations].sort((a, b) => a - b)[Math.floor((durations.length - 1) * q)] ?? Number.NaN;

/** What goes on beside the pages: a load that leaves half of the two cores, and one that takes all there is. */
const LOADS: [string, LoadOptions][] = [
  ["steady", { senders: 2, readers: 1, pauseMs: 150 }],
  ["as much as the machine gives", { senders: 2, readers: 2, pauseMs: 0 }],
];

test("while the database is healthy, a page request is in it a moment after its answer", async () => {
  await readPages(SPAN_MS); // warms up
  const rows: string[] = [];
  let steady: number | undefined;
  for (const [name, options] of LONG ? LOADS : LOADS.slice(0, 1)) {
    const load = startLoad(() => [server.url], options);
    const lags = await measureLag(server.url, arena.database.directUrl(), LONG ? 30_000 : 1_500).finally(load.stop);
    const times = [0.5, 0.95, 0.99, 1].map((q) => quantile(lags, q));
    rows.push(`| ${[name, lags.length, ...times.map((ms) => ms.toFixed(0))].join(" | ")} |`);
    steady ??= times[0];
  }
  const head = "| load | pages | median, ms | p95, ms | p99, ms | longest, ms |\n| --- | --: | --: | --: | --: | --: |";
  const table = `${head}\n${rows.join("\n")}\n\nLoad of the machine over a minute: ${loadavg()[0]?.toFixed(1)}.`;
  console.log(`\n${table}\n`);
  if (LONG) keepTable("commit lag", table);
  // The promise is of a machine that has time for it; the short form runs on any.
  expect(steady).toBeLessThan(LONG ? COMMITTED_MS : 2_000);
});

test(`with the database frozen, a page's p99 is within ${BOUND} times of that with a healthy one`, async () => {
  const durations = { healthy: [] as number[], frozen: [] as number[] };
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const healthy = await readPages(SPAN_MS / 2);
    arena.database.freeze();
    const frozen = await readPages(SPAN_MS).finally(arena.database.thaw);
    await server.drained();
    healthy.push(...(await readPages(SPAN_MS / 2)));
    durations.healthy.push(...healthy);
    durations.frozen.push(...frozen);
    ratios.push(quantile(frozen, 0.99) / quantile(healthy, 0.99));
  }
  const row = (name: keyof typeof durations) => {
    const of = durations[name];
    return `| ${name} | ${of.length} | ${quantile(of, 0.5).toFixed(1)} | ${quantile(of, 0.99).toFixed(1)} |`;
  };
  const ratio = quantile(ratios, 0.5);
  const head = "| database | pages | median, ms | p99, ms |\n| --- | --: | --: | --: |";
  const [least, most] = [quantile(ratios, 0), quantile(ratios, 1)].map((of) => of.toFixed(2));
  const verdict = `Ratio of the p99, median of ${TURNS} turns: ${ratio.toFixed(2)} (${least} to ${most}; load of the machine over a minute: ${loadavg()[0]?.toFixed(1)}).`;
  const table = `${head}\n${row("healthy")}\n${row("frozen")}\n\n${verdict}`;
  console.log(`\n${table}\n`);
  expect(ratio).toBeLessThan(BOUND);
  if (LONG) keepTable("frozen database", table);
});
