import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { Outlet } from "@/lib/live/outlet";
import { responseOutlet } from "@/lib/live/response-outlet";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Streamed {
  response: ServerResponse;
  answer: IncomingMessage;
  outlet: Outlet;
  happened: string[];
}

/** A real response with an outlet on it, and what its client gets once the handler has ended it. */
async function stream(status = 200): Promise<Streamed> {
  const happened: string[] = [];
  let given: { response: ServerResponse; outlet: Outlet } | undefined;
  const server = createServer((_request, response) => {
    const outlet = responseOutlet(response)({ onRoom: () => happened.push("room"), onGone: () => happened.push("gone") });
    given = { response, outlet };
    expect(outlet.hasRoom).toBe(false);
    response.statusCode = status;
    response.setHeader("content-type", "text/event-stream");
    response.end();
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const asked = request({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  asked.on("error", () => undefined);
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  return { ...(given as { response: ServerResponse; outlet: Outlet }), answer, happened };
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return text;
}

it("sends the headers when its handler ends the response, and goes on until it is ended itself", async () => {
  const { answer, outlet, happened } = await stream();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toBe("text/event-stream");
  expect(happened).toEqual(["room"]);
  expect(outlet.hasRoom).toBe(true);
  outlet.write(bytes("one "));
  outlet.write(bytes("two"));
  outlet.end();
  expect(await read(answer)).toBe("one two");
  await expect.poll(() => happened).toEqual(["room", "gone"]);
});

it("is over at once where its handler answers with an error", async () => {
  const { answer, outlet, happened } = await stream(500);
  expect(answer.statusCode).toBe(500);
  expect(await read(answer)).toBe("");
  expect(outlet.hasRoom).toBe(false);
  await expect.poll(() => happened).toEqual(["gone"]);
});

it("has no room for a client that does not read, and room again when it does", async () => {
  const { answer, outlet, happened } = await stream();
  const message = bytes("x".repeat(1 << 20));
  let written = 0;
  while (outlet.hasRoom) {
    outlet.write(message);
    written += 1;
  }
  expect(happened).toEqual(["room"]);
  answer.resume();
  await expect.poll(() => outlet.hasRoom).toBe(true);
  expect(happened).toEqual(["room", "room"]);
  expect(written).toBeLessThan(20);
});

it("tells when the client leaves, and cuts one off that is stuck", async () => {
  const left = await stream();
  left.answer.destroy();
  await expect.poll(() => left.happened).toEqual(["room", "gone"]);
  const stuck = await stream();
  stuck.outlet.cut();
  await expect.poll(() => stuck.answer.destroyed).toBe(true);
  await expect.poll(() => stuck.happened).toEqual(["room", "gone"]);
});

it("tells of a client that had left before", async () => {
  const { response, answer } = await stream();
  answer.destroy();
  await expect.poll(() => response.closed).toBe(true);
  const gone: string[] = [];
  responseOutlet(response)({ onRoom: () => undefined, onGone: () => gone.push("gone") });
  expect(gone).toEqual([]);
  await expect.poll(() => gone).toEqual(["gone"]);
});
