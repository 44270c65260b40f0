import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { uuidv7 } from "uuidv7";
import { whenOver } from "../http/when-over";
import { count, exampleOf } from "./counters";
import { captureState, REQUEST_ID_HEADER, type RunningRequest } from "./state";

/** Requests remembered at once; past it a request is served and not seen. Far above what one process can serve at a time. */
const MAX_RUNNING = 20_000;

/** How a request ended. `status` is null when the connection closed before an answer began. */
export type RequestEnd = { request: RunningRequest; status: number | null; durationMs: number };

type StartMessage = { request: IncomingMessage; response: ServerResponse };

/**
 * Follows every request of this process's HTTP servers from its first byte to the end of its response, and calls `onEnd`
 * once for each that middleware remembered. Returns the function that stops it.
 */
export function hookResponses(onEnd: (end: RequestEnd) => void): () => void {
  const { running } = captureState();
  const ids = new WeakMap<ServerResponse, string>();

  const end = (response: ServerResponse) => {
    const id = ids.get(response);
    const request = id ? running.get(id) : undefined;
    if (!request) return; // already ended
    running.delete(request.id);
    if (!request.remembered) return;
    const status = response.headersSent ? response.statusCode : null;
    onEnd({ request, status, durationMs: performance.now() - request.startedAtMs });
  };

  const onStart = (message: unknown) => {
    const { request, response } = message as StartMessage;
    const claimed = request.headers[REQUEST_ID_HEADER];
    // Next calls itself to run an action in another worker and passes the headers on: an id that is running is nobody's guess,
    // so what the inner request marks belongs to the outer one.
    if (typeof claimed === "string" && running.has(claimed)) {
      request.headers["x-footfall-inner"] = "1";
      return;
    }
    delete request.headers["x-footfall-inner"];
    if (running.size >= MAX_RUNNING) {
      delete request.headers[REQUEST_ID_HEADER];
      return count("dropped:too-many-running", 1, exampleOf(request.url?.split("?", 1)[0] ?? "/", request.headers["user-agent"]));
    }
    // The event’s id later: ids in the order of time lie together in its index, and are nobody’s guess all the same.
    const id = uuidv7();
    request.headers[REQUEST_ID_HEADER] = id;
    ids.set(response, id);
    running.set(id, {
      id,
      startedAt: new Date(),
      startedAtMs: performance.now(),
      peerAddress: request.socket.remoteAddress ?? null,
      remembered: null,
      mark: {},
    });
    whenOver(request, response, () => end(response)); // a connection that was cut never finishes
  };
  const onFinish = (message: unknown) => end((message as StartMessage).response);

  subscribe("http.server.request.start", onStart);
  subscribe("http.server.response.finish", onFinish);
  return () => {
    unsubscribe("http.server.request.start", onStart);
    unsubscribe("http.server.response.finish", onFinish);
  };
}
