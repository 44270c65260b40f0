import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "../../lib/env";
import { type Arena, type ChaosServer, openArena } from "./arena/arena";

const LONG = env().FOOTFALL_CHAOS === "long";
const READERS = 4;
const SPAN_MS = LONG ? 8_000 : 1_500;
/** Two cores that others use too are no laboratory: the short form only shows that a page does not wait for the database. */
const BOUND = LONG ? 1.2 : 5;

let arena: Arena;
let server: ChaosServer;

beforeAll(async () => {
  arena = await openArena();
  server = await arena.addServer();
});
afterAll(() => arena?.close());

/** Durations of page requests in milliseconds, sorted; every one of them must succeed. */
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
  return durations.sort((a, b) => a - b);
}

const p99 = (sorted: number[]) => sorted[Math.floor((sorted.length - 1) * 0.99)] ?? Number.NaN;

test(`with the database frozen, a page's p99 is within ${BOUND} times of that with a healthy one`, async () => {
  await readPages(SPAN_MS); // warms up
  const healthyBefore = await readPages(SPAN_MS);
  arena.database.freeze();
  const frozen = await readPages(SPAN_MS).finally(arena.database.thaw);
  await server.drained();
  const healthyAfter = await readPages(SPAN_MS);
  const healthy = p99([...healthyBefore, ...healthyAfter].sort((a, b) => a - b));
  const ratio = p99(frozen) / healthy;
  console.log(`p99 of a page: healthy ${healthy.toFixed(1)} ms, frozen ${p99(frozen).toFixed(1)} ms, ratio ${ratio.toFixed(2)}`);
  expect(ratio).toBeLessThan(BOUND);
});
