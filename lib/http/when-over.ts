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

/**
 * Calls once when a response is over: sent, cut off, or never begun. A client may send requests without waiting for answers; Node begins one response after the
 * other, and says nothing of those whose connection is lost before their turn. One listener for a connection, however many requests it has.
 */
export function whenOver(request: IncomingMessage, response: ServerResponse, call: () => void): void {
  const { socket } = request;
  let calls = open().get(socket);
  if (!calls) {
    calls = new Set();
    open().set(socket, calls);
    const own = calls;
    socket.once("close", () => {
      for (const each of [...own]) each();
    });
  }
  const others = calls;
  const once = () => {
    if (others.delete(once)) call();
  };
  others.add(once);
  response.once("close", once);
  // Nothing more is said of either.
  if (response.closed || socket.closed) queueMicrotask(once);
}
