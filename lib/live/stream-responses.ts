import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { whenOver } from "../http/when-over";

const PATH = "/api/metrics/stream";
/** Tells the route handler which request of Node's server it answers: a name that nobody outside can give. */
const HEADER = "x-footfall-stream";

const slot = Symbol.for("footfall.stream-responses");
type Waiting = Map<string, ServerResponse>;

/** Responses that no handler has asked for yet; shared by every module graph Next makes. */
function waiting(): Waiting {
  const holder = globalThis as { [slot]?: Waiting };
  holder[slot] ??= new Map();
  return holder[slot];
}

/** Keeps the response of each request for a stream until its handler takes it. Returns the function that stops it. */
export function keepStreamResponses(): () => void {
  const responses = waiting();
  const onStart = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    delete request.headers[HEADER];
    if (request.method !== "GET" || request.url?.split("?", 1)[0] !== PATH) return;
    const id = randomUUID();
    request.headers[HEADER] = id;
    responses.set(id, response);
    whenOver(request, response, () => responses.delete(id));
  };
  subscribe("http.server.request.start", onStart);
  return () => unsubscribe("http.server.request.start", onStart);
}

/** The response of Node's server that belongs to these headers, once; null where this is another server, or another kind of request. */
export function takeStreamResponse(headers: Headers): ServerResponse | null {
  const id = headers.get(HEADER);
  const response = id === null ? undefined : waiting().get(id);
  if (id !== null) waiting().delete(id);
  return response ?? null;
}
