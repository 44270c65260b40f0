import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const slot = Symbol.for("footfall.when-over");
type Open = WeakMap<Socket, Set<() => void>>;

/** What is to be called for each open connection; shared by every module graph Next makes. */
function open(): Open {
  const holder = globalThis as { [slot]?: Open };
  holder[slot] ??= new WeakMap();
  return holder[slot];
}

/** One listener for a connection, however many requests it has. */
function callsOf(socket: Socket): Set<() => void> {
  const known = open().get(socket);
  if (known) return known;
  const calls = new Set<() => void>();
  open().set(socket, calls);
  socket.once("close", () => {
    for (const each of [...calls]) each();
  });
  return calls;
}

/**
 * Calls once when a response is over: sent, cut off, or never begun. A client may send requests without waiting for answers; Node begins one response after the
 * other, and says nothing of those whose connection is lost before their turn.
 */
export function whenOver(request: IncomingMessage, response: ServerResponse, call: () => void): void {
  const calls = callsOf(request.socket);
  const once = () => {
    if (calls.delete(once)) call();
  };
  calls.add(once);
  response.once("close", once);
  // Nothing more is said of either.
  if (response.closed || request.socket.closed) queueMicrotask(once);
}
