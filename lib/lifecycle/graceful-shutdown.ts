import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";
import type { RunningParts } from "./run-parts";

/** All of a shutdown fits into this; orchestrators kill after ten seconds. */
const DEADLINE_MS = 9_000;
/** How long running responses may take to finish before their connections are cut. */
const DRAIN_MS = 4_000;
const SWEEP_MS = 50;

const servers = new Set<Server>();
let installed = false;

/**
 * On SIGTERM or SIGINT: stop accepting, close the streams, let running responses finish, flush the buffer, exit 0.
 * It replaces the handlers that Next installs, which wait for open streams for ever and exit 143.
 */
export function shutDownGracefully(parts: RunningParts): void {
  if (installed) return;
  installed = true;
  let stopping = false;
  subscribe("http.server.request.start", (message) => {
    const { server, response } = message as { server: Server; response: ServerResponse };
    servers.add(server);
    if (stopping) response.shouldKeepAlive = false; // tells the client to take its next request to another server
  });
  const onSignal = () => {
    if (stopping) return; // a shell sends Ctrl-C to the whole group, and npm sends it on once more
    stopping = true;
    void shutDown(parts);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    process.on(signal, onSignal);
  }
}

async function shutDown(parts: RunningParts): Promise<void> {
  setTimeout(() => process.exit(1), DEADLINE_MS).unref();
  const drained = Promise.all([...servers].map(closeServer)).then(() => undefined);
  await parts.stop(drained);
  process.exit(0);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
  });
}
