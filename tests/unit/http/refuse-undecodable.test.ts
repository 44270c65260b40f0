import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { carriesAction, refuseUndecodable } from "../../../lib/http/refuse-undecodable";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function ask(answer: (response: ServerResponse) => void, actionBegan: boolean) {
  server = createServer((_, response) => {
    response.setHeader("x-kept", "yes");
    refuseUndecodable(response, () => actionBegan);
    answer(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    status: response.status,
    kept: response.headers.get("x-kept"),
    type: response.headers.get("content-type"),
    text: await response.text(),
  };
}

/** The ways in which a framework sends an answer. */
const WAYS: Record<string, (status: number) => (response: ServerResponse) => void> = {
  "end alone": (status) => (response) => {
    response.statusCode = status;
    response.end("inside");
  },
  "writeHead, write, end": (status) => (response) => {
    response.writeHead(status, { "content-type": "text/html" });
    response.write("ins");
    response.end("ide");
  },
  "flushed, then in pieces, with callbacks": (status) => (response) => {
    response.statusCode = status;
    response.setHeader("content-encoding", "identity");
    response.flushHeaders();
    response.write("ins", () => response.write("id", "utf8", () => response.end("e", () => undefined)));
  },
};

test.each(Object.entries(WAYS))("a failure before any action is the sender's: %s", async (_, way) => {
  const answer = await ask(way(500), false);
  expect(answer).toMatchObject({ status: 400, kept: "yes", type: "application/json" });
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "invalid", message: expect.stringContaining("cannot be read") } });
});

test.each(Object.entries(WAYS))("a failure of an action stays one: %s", async (_, way) => {
  expect(await ask(way(500), true)).toMatchObject({ status: 500, text: "inside" });
});

test.each(Object.entries(WAYS))("an answer that is none passes as it is: %s", async (_, way) => {
  expect(await ask(way(200), false)).toMatchObject({ status: 200, text: "inside" });
});

test("only what Next reads as an action is watched", () => {
  const multipart = { "content-type": "multipart/form-data; boundary=b" };
  expect(carriesAction({ method: "POST", headers: multipart })).toBe(true);
  expect(carriesAction({ method: "POST", headers: { "next-action": "x" } })).toBe(true);
  expect(carriesAction({ method: "GET", headers: { "next-action": "x" } })).toBe(false);
  expect(carriesAction({ method: "POST", headers: { "content-type": "application/json" } })).toBe(false);
});
