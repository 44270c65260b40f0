import { connect, createServer, type Socket } from "node:net";
import { findFreePort } from "../../../lib/db/embedded/free-port";

/** A door of a fixed address before a database whose own port changes when it starts again; it can be slammed. */
export type Proxy = { port: number; aim: (port: number) => void; cutAll: () => void; close: () => Promise<void> };

export async function openProxy(): Promise<Proxy> {
  const port = await findFreePort();
  const sockets = new Set<Socket>();
  let target = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    keep(client);
    keep(upstream);
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    aim: (to) => {
      target = to;
    },
    cutAll,
    close: () => {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
