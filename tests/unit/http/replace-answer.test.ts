import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { carriesAction, isDocument } from "../../../lib/http/correct-answers";
import { replaceAnswer } from "../../../lib/http/replace-answer";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const INSTEAD = { status: 400, type: "text/plain", body: "instead" };

/** Answers by that way, with everything from 500 on replaced, or nothing. */
async function ask(answer: (response: ServerResponse) => void, replaced: boolean) {
  server = createServer((_, response) => {
    response.setHeader("x-kept", "yes");
    replaceAnswer(response, (status) => (replaced && status >= 500 ? INSTEAD : null));
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

test.each(Object.entries(WAYS))("an answer that is replaced goes nowhere, the other in its place: %s", async (_, way) => {
  expect(await ask(way(500), true)).toEqual({ status: 400, kept: "yes", type: "text/plain", text: "instead" });
});

test.each(Object.entries(WAYS))("an answer that is not replaced passes as it is: %s", async (_, way) => {
  expect(await ask(way(500), false)).toMatchObject({ status: 500, text: "inside" });
  expect(await ask(way(200), true)).toMatchObject({ status: 200, text: "inside" });
});

test("only what Next reads as an action is watched", () => {
  const multipart = { "content-type": "multipart/form-data; boundary=b" };
  expect(carriesAction({ method: "POST", headers: multipart })).toBe(true);
  expect(carriesAction({ method: "POST", headers: { "next-action": "x" } })).toBe(true);
  expect(carriesAction({ method: "GET", headers: { "next-action": "x" } })).toBe(false);
  expect(carriesAction({ method: "POST", headers: { "content-type": "application/json" } })).toBe(false);
});

test("a page is what a person waits for, not what a script fetches", () => {
  const browser = { accept: "text/html,*/*", "sec-fetch-dest": "document" };
  expect(isDocument({ method: "GET", url: "/dashboard", headers: browser })).toBe(true);
  expect(isDocument({ method: "GET", url: "/dashboard", headers: { accept: "text/html" } })).toBe(true);
  expect(isDocument({ method: "GET", url: "/dashboard", headers: { ...browser, rsc: "1" } })).toBe(false);
  expect(isDocument({ method: "GET", url: "/dashboard", headers: { ...browser, "sec-fetch-dest": "empty" } })).toBe(false);
  expect(isDocument({ method: "GET", url: "/api/health", headers: browser })).toBe(false);
  expect(isDocument({ method: "GET", url: "/dashboard", headers: { accept: "*/*" } })).toBe(false);
});
