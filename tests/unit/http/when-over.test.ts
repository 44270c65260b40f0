import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { hookResponses } from "@/lib/capture/response-hooks";
import { captureState } from "@/lib/capture/state";
import { whenOver } from "@/lib/http/when-over";
import { keepStreamResponses, takeStreamResponse } from "@/lib/live/stream-responses";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that lets `handle` answer, and a connection that has sent all of these requests at once. */
async function pipelined(paths: readonly string[], handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Socket> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""));
  return socket;
}

const REQUESTS = 200;
const many = (path: string) => ["/first", ...Array.from({ length: REQUESTS - 1 }, () => path)];

it("tells of every response once, in whatever way it ends", async () => {
  const over: string[] = [];
  const waiting: ServerResponse[] = [];
  const socket = await pipelined(["/sent", "/waits", "/behind", "/behind-too"], (request, response) => {
    whenOver(request, response, () => over.push(request.url as string));
    if (request.url === "/sent") response.end();
    else waiting.push(response);
  });
  await expect.poll(() => over).toEqual(["/sent"]);
  await expect.poll(() => waiting.length).toBe(3);
  socket.destroy();
  await expect.poll(() => over.length).toBe(4);
  expect(over.sort()).toEqual(["/behind", "/behind-too", "/sent", "/waits"]);
  for (const response of waiting) response.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(over).toHaveLength(4);
});

it("capture forgets the requests of a connection that left before their turn: else it would be full one day, and see nothing any more", async () => {
  const unhook = hookResponses(() => undefined);
  const { running } = captureState();
  const before = running.size;
  try {
    const socket = await pipelined(many("/page"), () => undefined);
    await expect.poll(() => running.size - before).toBe(REQUESTS);
    socket.destroy();
    await expect.poll(() => running.size - before).toBe(0);
  } finally {
    unhook();
  }
});

it("so does what waits for a stream", async () => {
  const stopKeeping = keepStreamResponses();
  const headers: Headers[] = [];
  try {
    const socket = await pipelined(many("/api/metrics/stream?site=demo"), (request) => {
      headers.push(new Headers(request.headers as Record<string, string>));
    });
    await expect.poll(() => headers.length).toBe(REQUESTS);
    const [, , third] = headers as [Headers, Headers, Headers];
    expect(takeStreamResponse(third)).not.toBeNull();
    socket.destroy();
    await expect.poll(() => headers.filter((each) => takeStreamResponse(each) !== null)).toEqual([]);
  } finally {
    stopKeeping();
  }
});
