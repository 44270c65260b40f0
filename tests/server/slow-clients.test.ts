import { connect, type Socket } from "node:net";
import { afterEach, expect, inject, test } from "vitest";
import { env } from "../../lib/env";
import { findDoors } from "./access/find-doors";

const { url } = inject("app");
const target = new URL(url);
const LONG = env().FOOTFALL_CHAOS === "long";
const SLOW = 300;
/** Node looks every half minute for those that have taken more than two minutes. */
const CUT_OFF_MS = 200_000;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection that sends this, and then `drop` once a second. Tells what came back, and whether it is closed. */
async function open(sent: string, drop = "") {
  const socket = connect(Number(target.port), "127.0.0.1");
  sockets.push(socket);
  const told = { text: "", closed: false };
  socket.on("data", (chunk) => (told.text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.write(sent, "latin1");
  const timer = drop ? setInterval(() => socket.write(drop, "latin1"), 1_000) : undefined;
  socket.once("close", () => {
    clearInterval(timer);
    told.closed = true;
  });
  return told;
}

const statusOf = (told: { text: string }) => Number(/^HTTP\/1\.1 (\d{3})/.exec(told.text)?.[1] ?? 0);
const head = (line: string, ...headers: string[]) => [`${line} HTTP/1.1`, `Host: ${target.host}`, ...headers].join("\r\n");

test(
  `${3 * SLOW} connections that send a byte a second keep nobody else waiting${LONG ? ", and are cut off" : ""}`,
  async () => {
    const action = findDoors().find((door) => door.type === "action" && door.name.endsWith("recognisePicture"));
    if (action?.type !== "action") throw new Error("there is no action recognisePicture");
    const form = `${head("POST /celebrity", `Next-Action: ${action.id}`, "Content-Type: multipart/form-data; boundary=b", "Content-Length: 5000000")}\r\n\r\n--b\r\n`;
    const events = `${head("POST /api/collect", "Content-Type: application/json", "Content-Length: 60000")}\r\n\r\n[`;
    const kinds = await Promise.all(
      Array.from({ length: SLOW }, () => Promise.all([open(`${head("GET /")}\r\nX-A: `, "a"), open(form, "x"), open(events, " ")])),
    );
    for (const path of ["/", "/house-price", "/api/health", "/login"]) expect((await fetch(url + path)).status).toBe(200);
    const slow = kinds.flat();
    if (!LONG) return;
    await expect.poll(() => slow.filter(({ closed }) => !closed).length, { timeout: CUT_OFF_MS, interval: 1_000 }).toBe(0);
    for (const told of slow) expect(statusOf(told)).toBeLessThan(500);
  },
  LONG ? 2 * CUT_OFF_MS : 120_000,
);

test.each([
  ["a header of 100 kB", `${head("GET /", `X-Long: ${"a".repeat(100_000)}`)}\r\n\r\n`, [431]],
  ["5,000 headers", `${head("GET /", ...Array.from({ length: 5_000 }, (_, index) => `X-${index}: a`))}\r\n\r\n`, [431]],
  [
    "1,500 short headers",
    `${head("GET /", "Connection: close", ...Array.from({ length: 1_500 }, (_, index) => `X${index}: a`))}\r\n\r\n`,
    [200, 431],
  ],
  ["a path of 100 kB", `${head(`GET /${"a".repeat(100_000)}`)}\r\n\r\n`, [431]],
  ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [400]],
  ["two lengths", `${head("POST /api/collect", "Content-Length: 5", "Content-Length: 6")}\r\n\r\n[]`, [400]],
  ["a length and chunks", `${head("POST /api/collect", "Content-Length: 5", "Transfer-Encoding: chunked")}\r\n\r\n0\r\n\r\n`, [400]],
  [
    "a chunk that is none",
    `${head("POST /api/collect", "Transfer-Encoding: chunked", "Content-Type: application/json")}\r\n\r\nzz\r\n\r\n`,
    [400],
  ],
  ["a method that is none", `${head("BREW /")}\r\n\r\n`, [400]],
])("%s is refused by the protocol, and the server lives", async (_, sent, statuses) => {
  const told = await open(sent);
  await expect.poll(() => statusOf(told), { timeout: 20_000 }).toBeGreaterThan(0);
  expect(statuses).toContain(statusOf(told));
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
});
