import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerPart } from "../lifecycle/part";
import { enterRequest, log } from "../observe/log";

type Message = { request: IncomingMessage; response: ServerResponse };

const PATH_LENGTH = 200;
let unhook: (() => void) | null = null;

/**
 * Gives every request an id, which its answer carries (`X-Request-Id`) and all that is logged on its behalf; logs how it ended: an error of
 * ours as an error, the rest for LOG_LEVEL=debug. No address, no query, no header.
 */
export const requestLogPart: ServerPart = {
  name: "request log",
  outlivesRequests: true,
  start() {
    unhook ??= hookRequests();
  },
  stop() {
    unhook?.();
    unhook = null;
  },
};

function hookRequests(): () => void {
  const begun = new WeakMap<ServerResponse, number>();
  const onStart = (message: unknown) => {
    const { response } = message as Message;
    const requestId = randomUUID();
    enterRequest(requestId);
    response.setHeader("X-Request-Id", requestId);
    begun.set(response, performance.now());
  };
  const onFinish = (message: unknown) => {
    const { request, response } = message as Message;
    const status = response.statusCode;
    const durationMs = Math.round(performance.now() - (begun.get(response) ?? performance.now()));
    const path = request.url?.split("?", 1)[0]?.slice(0, PATH_LENGTH);
    const requestId = response.getHeader("x-request-id");
    const line = { requestId, method: request.method, path, status, durationMs };
    // 503 is an answer, not a fault: it says that the database is away, and that is logged where it is found.
    if (status >= 500 && status !== 503) log().error(line, "request failed");
    else log().debug(line, "request");
  };
  subscribe("http.server.request.start", onStart);
  subscribe("http.server.response.finish", onFinish);
  return () => {
    unsubscribe("http.server.request.start", onStart);
    unsubscribe("http.server.response.finish", onFinish);
  };
}
