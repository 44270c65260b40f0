import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keepStreamResponses, takeStreamResponse } from "@/lib/live/stream-responses";

type Handler = (headers: Headers, response: ServerResponse) => void;

let handle: Handler = () => undefined;
let url: string;
let stopKeeping: () => void;
const headersOf = (request: IncomingMessage) => new Headers(request.headers as Record<string, string>);
const server = createServer((request, response) => {
  handle(headersOf(request), response);
  response.end();
});

beforeAll(async () => {
  stopKeeping = keepStreamResponses();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  stopKeeping();
  server.closeAllConnections();
  server.close();
});

/** What a handler gets for that request, and whether it is the request's own response. */
async function ask(path: string, init: RequestInit = {}): Promise<{ own: boolean; taken: ServerResponse | null; headers: Headers }> {
  let seen: { own: boolean; taken: ServerResponse | null; headers: Headers } | undefined;
  handle = (headers, response) => {
    const taken = takeStreamResponse(headers);
    seen = { own: taken === response, taken, headers };
  };
  await (await fetch(`${url}${path}`, init)).arrayBuffer();
  return seen as NonNullable<typeof seen>;
}

const STREAM = "/api/metrics/stream?site=demo&period=day&lens=all";

it("gives a stream's handler the response of its request, once", async () => {
  const { own, headers } = await ask(STREAM);
  expect(own).toBe(true);
  expect(takeStreamResponse(headers)).toBeNull();
});

it("keeps none of another path, or of a request that has no body to stream", async () => {
  expect((await ask("/api/metrics?site=demo")).taken).toBeNull();
  expect((await ask(STREAM, { method: "HEAD" })).taken).toBeNull();
  expect((await ask(STREAM, { method: "POST" })).taken).toBeNull();
});

it("lets nobody outside name a response", async () => {
  const { own, headers } = await ask(STREAM, { headers: { "x-footfall-stream": "mine" } });
  expect(own).toBe(true);
  expect(headers.get("x-footfall-stream")).not.toBe("mine");
  expect((await ask("/", { headers: { "x-footfall-stream": "mine" } })).headers.has("x-footfall-stream")).toBe(false);
});

it("forgets a response that nobody took when it is over", async () => {
  let headers = new Headers();
  let closed = false;
  handle = (given, response) => {
    headers = given;
    response.once("close", () => {
      closed = true;
    });
  };
  await (await fetch(`${url}${STREAM}`)).arrayBuffer();
  await expect.poll(() => closed).toBe(true);
  expect(takeStreamResponse(headers)).toBeNull();
});
