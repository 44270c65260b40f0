import { type AddressInfo, createServer, connect as openSocket, type Socket } from "node:net";

/**
 * A server behind a wire that can be cut: `cut` ends every connection and refuses new ones until `mend`; `swallow` leaves those that are open as they
 * are and lets nothing through them any more, as a network does that has forgotten them.
 */
export interface CuttableProxy {
  url: string;
  cut(): void;
  swallow(): void;
  mend(): void;
  stop(): Promise<void>;
}

export async function startCuttableProxy(target: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((incoming) => {
    if (isCut) return void incoming.destroy();
    const outgoing = openSocket(Number(port), hostname);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  const swallow = () => {
    for (const socket of sockets) socket.unpipe().resume();
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut,
    swallow,
    mend: () => {
      isCut = false;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
