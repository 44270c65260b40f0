import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import type { ServerPart } from "../lifecycle/part";

const CHANNEL = "http.server.request.start";

/** How long a client may take for the head of a request, and for all of it: a picture of 5 MB on a slow line takes more than a minute. */
const HEADERS_MS = 15_000;
const REQUEST_MS = 120_000;
const HEADERS_MAX = 200;

let unhook: (() => void) | null = null;

/**
 * Lets no client hold a connection by sending slowly: Node looks every half minute for those that take longer, answers 408 and closes. Set at the
 * first request of each server, for Next gives nobody its server before; until then Node's own limits hold, one and five minutes.
 */
export const connectionLimitsPart: ServerPart = {
  name: "connection limits",
  start() {
    unhook ??= hookServers();
  },
  stop() {
    unhook?.();
    unhook = null;
  },
};

function hookServers(): () => void {
  const limited = new WeakSet<Server>();
  const onStart = (message: unknown) => {
    const { server } = message as { server: Server };
    if (limited.has(server)) return;
    limited.add(server);
    Object.assign(server, { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, maxHeadersCount: HEADERS_MAX });
  };
  subscribe(CHANNEL, onStart);
  return () => unsubscribe(CHANNEL, onStart);
}
