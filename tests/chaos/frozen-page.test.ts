import { loadavg } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../lib/env";
import { keepTable } from "../support/keep-table";
import { type Arena, type ChaosServer, openArena } from "./arena/arena";

const LONG = env().FOOTFALL_CHAOS === "long";
const READERS = 4;
/** Healthy and frozen take turns, so that what else the machine does falls on both. */
const TURNS = LONG ? 6 : 1;
const SPAN_MS = LONG ? 5_000 : 1_500;
/** Two cores that others use too are no laboratory: the short form only shows that a page does not wait for the database. */
const BOUND = LONG ? 1.2 : 5;

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

test(`with the database frozen, a page's p99 is within ${BOUND} times of that with a healthy one`, async () => {
  await readPages(SPAN_MS); // warms up
  const durations = { healthy: [] as number[], frozen: [] as number[] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    durations.healthy.push(...(await readPages(SPAN_MS / 2)));
    arena.database.freeze();
    durations.frozen.push(...(await readPages(SPAN_MS).finally(arena.database.thaw)));
    await server.drained();
    durations.healthy.push(...(await readPages(SPAN_MS / 2)));
  }
  const row = (name: keyof typeof durations) => {
    const of = durations[name];
    return `| ${name} | ${of.length} | ${quantile(of, 0.5).toFixed(1)} | ${quantile(of, 0.99).toFixed(1)} |`;
  };
  const ratio = quantile(durations.frozen, 0.99) / quantile(durations.healthy, 0.99);
  const head = "| database | pages | median, ms | p99, ms |\n| --- | --: | --: | --: |";
  const verdict = `Ratio of the p99: ${ratio.toFixed(2)} (load of the machine over a minute: ${loadavg()[0]?.toFixed(1)}).`;
  const table = `${head}\n${row("healthy")}\n${row("frozen")}\n\n${verdict}`;
  console.log(`\n${table}\n`);
  expect(ratio).toBeLessThan(BOUND);
  if (LONG) keepTable("frozen database", table);
});
