import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { env } from "../../lib/env";
import { keepTable } from "../support/keep-table";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { findDoors } from "./access/find-doors";
import { judgeMemory, type Memory, readMemory } from "./hostile/memory";
import { type Hostile, hostileRequests } from "./hostile/requests";
import { type Answer, openSender } from "./hostile/send";
import { Tally } from "./hostile/tally";

const { url, pid } = inject("app");
const LONG = env().FOOTFALL_CHAOS === "long";
const INPUTS = LONG ? 100_000 : 600;
const BATCH = LONG ? 1_000 : 100;
const AT_ONCE = 8;
/** The short form tries the same each time; the long one looks for what nobody has tried. */
const SEED = LONG ? Date.now() % 1_000_000 : 2026;
/** What the heap may grow by, from the second tenth of the inputs to the last. */
const GROWTH = 1.25;

const { send, close } = openSender(url, AT_ONCE);
const doors = findDoors();
let cookie = "";

beforeAll(async () => {
  cookie = (await signIn(url, TEST_OWNER)).cookie;
});
afterAll(close);

/** Ours to answer: a refusal of it has our one shape. NextAuth's doors and Next's own 404 and 405 are not. */
const isOurs = (path: string) => /^\/(api\/(?!auth)|dashboard\/(export|pipeline\/files))/.test(path);

/** What is wrong with an answer, with the request it was given to; null when nothing is. */
function findFault({ sent }: Hostile, { status, type, text }: Answer): string | null {
  const { method, path, headers, data } = sent;
  const isFailure = status >= 500 || status < 200;
  const isPlain = status < 400 || method === "HEAD" || !isOurs(path) || !type.includes("json");
  if (!isFailure && (isPlain || hasShape(text))) return null;
  return `${method} ${path.slice(0, 300)} ${JSON.stringify({ ...headers, cookie: undefined }).slice(0, 600)} ${data?.toString("latin1").slice(0, 300)} → ${status} ${text.slice(0, 300)}`;
}

function hasShape(text: string): boolean {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } };
    return typeof error?.code === "string" && typeof error.message === "string";
  } catch {
    return false;
  }
}

test(
  `${INPUTS} hostile inputs to every route, page, action and the middleware: no 5xx, no hang, memory flat`,
  async () => {
    const arbitrary = hostileRequests(doors, { url, cookie });
    const tally = new Tally();
    const faults: string[] = [];
    const memory: Memory[] = [];
    for (let done = 0; done < INPUTS && faults.length < 20; done += BATCH) {
      const queue = fc.sample(arbitrary, { numRuns: BATCH, seed: SEED + done });
      const work = async () => {
        for (let hostile = queue.pop(); hostile; hostile = queue.pop()) {
          const answer = await send(hostile.sent).catch((error: Error): Answer => ({ status: 0, type: "", text: error.message, ms: 0 }));
          tally.add(hostile.group, answer);
          const fault = findFault(hostile, answer);
          if (fault) faults.push(fault);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      memory.push(await readMemory(url, pid, cookie));
    }
    const { growth, text } = judgeMemory(memory);
    const table = `${tally.print()}\n\n${text}`;
    console.log(`\nseed ${SEED}\n${table}\n`);
    expect(faults).toEqual([]);
    if (LONG) expect(growth).toBeLessThan(GROWTH);
    if (LONG) keepTable("hostile inputs", table);
  },
  LONG ? 3_600_000 : 120_000,
);

test("after all that the server is alive and well", async () => {
  const answer = await send({ method: "GET", path: "/api/health", headers: {} });
  expect(JSON.parse(answer.text)).toMatchObject({ status: "ok" });
});
