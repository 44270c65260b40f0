/** One open dashboard: a stream of bytes that never queues more than the newest message of each kind. */
export interface Viewer {
  readonly stream: ReadableStream<Uint8Array>;
  /** Sends now, or, while the viewer is slow, keeps the message in place of an older one of that name. */
  send(name: string, message: Uint8Array): void;
  /** When the viewer last took something (UTC milliseconds). */
  readonly tookAt: number;
  /** Whether something waits for it. */
  readonly waiting: boolean;
  close(): void;
}

/** `onGone` is called once, when the client left or `close` was called. `now` tells UTC milliseconds. */
export function openViewer(now: () => number, onGone: () => void): Viewer {
  const pending = new Map<string, Uint8Array>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let tookAt = now();
  let open = true;

  const leave = () => {
    if (!open) return;
    open = false;
    pending.clear();
    onGone();
  };

  const stream = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own;
      },
      // Called whenever the queue has room again: what waited goes out, oldest name first.
      pull(own) {
        tookAt = now();
        for (const [name, message] of pending) {
          if ((own.desiredSize ?? 0) <= 0) return;
          pending.delete(name);
          own.enqueue(message);
        }
      },
      cancel: leave,
    },
    { highWaterMark: 2 },
  );

  return {
    stream,
    send(name, message) {
      if (!open || !controller) return;
      if (pending.size === 0 && (controller.desiredSize ?? 0) > 0) controller.enqueue(message);
      else pending.set(name, message);
    },
    get tookAt() {
      return tookAt;
    },
    get waiting() {
      return pending.size > 0;
    },
    close() {
      if (!open) return;
      const stuck = pending.size > 0;
      leave();
      // A stuck client would never read its way to an orderly end.
      if (stuck) controller?.error(new DOMException("The viewer stopped reading.", "AbortError"));
      else controller?.close();
    },
  };
}
