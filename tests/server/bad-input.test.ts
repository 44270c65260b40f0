import { Agent, request } from "node:http";
import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import { env } from "../../lib/env";
import { signIn } from "../support/sign-in";
import { TEST_OWNER } from "../support/test-owner";
import { findDoors } from "./access/find-doors";
import { actionCall, body, form, headers, pathTail, query } from "./hostile";

const { url } = inject("app");
const target = new URL(url);
const LONG = env().FOOTFALL_CHAOS === "long";
const RUNS = LONG ? 33_000 : 150;
/** The short form tries the same each time; the long one looks for what nobody has tried. */
const SEED = LONG ? undefined : 2026;
const PATIENCE_MS = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const doors = findDoors();
let cookie = "";

beforeAll(async () => {
  cookie = (await signIn(url, TEST_OWNER)).cookie;
});

type Answer = { status: number; type: string; text: string };
type Sent = { method: string; path: string; headers: Record<string, string>; data?: Buffer };

/** Past fetch, which would tidy the request up. A hang fails. */
function send({ method, path, headers, data }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, host: target.hostname, port: target.port, method, path, headers, timeout: PATIENCE_MS };
    const sent = request(options, (response) => {
      const type = String(response.headers["content-type"] ?? "");
      const done = (text: string) => resolve({ status: response.statusCode ?? 0, type, text });
      if (type.startsWith("text/event-stream")) {
        response.destroy();
        return done("");
      }
      let text = "";
      response
        .on("data", (chunk) => (text += chunk))
        .once("end", () => done(text))
        .once("error", reject);
    });
    sent.once("timeout", () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
    sent.once("error", reject);
    sent.end(data);
  });
}

const fill = (path: string) => path.replace(/\[\[?\.{3}\w+\]?\]/, "csrf").replace(/\[\w+\]/g, "x");

/** Ours to answer: a refusal of it has our one shape. NextAuth's doors and Next's own 404 and 405 are not. */
const isOurs = (path: string) => /^\/(api\/(?!auth)|dashboard\/(export|pipeline\/files))/.test(path);

function expectCivil(sent: Sent, answer: Answer): void {
  const shown = `${sent.method} ${sent.path.slice(0, 300)} ${JSON.stringify(sent.headers).slice(0, 500)} → ${answer.status} ${answer.text.slice(0, 200)}`;
  expect(answer.status, shown).toBeLessThan(500);
  if (answer.status < 400 || !isOurs(sent.path) || !answer.type.includes("json")) return;
  expect(JSON.parse(answer.text), shown).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
}

const routes = doors.flatMap((door) =>
  door.type === "action" ? [] : [{ method: door.type === "route" ? door.method : "GET", path: fill(door.path) }],
);

test("whatever is asked of a page or a route gets an answer that is no fault of ours", async () => {
  const input = fc.record({ door: fc.constantFrom(...routes), tail: pathTail, query, headers, signedIn: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(input, async ({ door, tail, query, headers, signedIn }) => {
      const isPost = door.method === "POST";
      const path = `${door.path === "/" ? "" : door.path}${tail}` || "/";
      const sent = {
        method: isPost ? "POST" : "GET",
        path: query ? `${path}?${query}` : path,
        headers: { ...headers, ...(signedIn && { cookie }) },
      };
      expectCivil(sent, await send(isPost ? { ...sent, data: Buffer.from("{}") } : sent));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test("whatever is sent to a route that takes something is taken or refused", async () => {
  const posts = routes.filter(({ method }) => method === "POST");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), body, headers, fc.integer({ min: 1, max: 250 }), async ({ path }, data, headers, host) => {
      const sent = {
        method: "POST",
        path,
        headers: { "x-forwarded-for": `10.0.0.${host}`, ...headers, "content-type": "application/json" },
        data,
      };
      expectCivil(sent, await send(sent));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

// Signing out would end the session that the others need.
const actions = doors.filter((door) => door.type === "action").filter(({ name }) => !name.includes("logOut"));

test("whatever stands in the form of an action, and in its state, is taken or refused", async () => {
  const input = fc.record({ door: fc.constantFrom(...actions), call: actionCall, headers, known: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(input, async ({ door, call, headers, known }) => {
      const id = known ? door.id : `${"0".repeat(door.id.length)}`;
      const own = { cookie, "next-action": id, "content-type": call.type, origin: url };
      const sent = { method: "POST", path: door.page, headers: { ...headers, ...own }, data: call.data };
      expectCivil(sent, await send(sent));
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test("a body that is no form at all, sent to an action, is answered at once", async () => {
  // Which status it gets is Next's to say: it reads the body before any code of ours runs, and calls some of these a fault of the server.
  const input = fc.record({ door: fc.constantFrom(...actions), form, known: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(input, async ({ door, form, known }) => {
      const headers = { cookie, ...(known && { "next-action": door.id }), "content-type": form.type, origin: url };
      expect((await send({ method: "POST", path: door.page, headers, data: form.data })).status).toBeGreaterThanOrEqual(200);
    }),
    { numRuns: Math.ceil(RUNS / 10), seed: SEED },
  );
});

test("after all that the server is alive and well", async () => {
  const answer = await send({ method: "GET", path: "/api/health", headers: {} });
  expect(JSON.parse(answer.text)).toMatchObject({ status: "ok" });
});
