import type { OpenOutlet } from "./outlet";

/** One open dashboard: a stream that never queues more than the newest message of each kind. */
export interface Viewer {
  /** Sends now, or, while the viewer is slow, keeps the message in place of an older one of that name. */
  send(name: string, message: Uint8Array): void;
  /** When the viewer last took something (UTC milliseconds). */
  readonly tookAt: number;
  /** Whether something waits for it. */
  readonly waiting: boolean;
  close(): void;
}

/** `onGone` is called once, when the client left or `close` was called. `now` tells UTC milliseconds. */
export function openViewer(now: () => number, openOutlet: OpenOutlet, onGone: () => void): Viewer {
  const pending = new Map<string, Uint8Array>();
  let tookAt = now();
  let open = true;

  const leave = () => {
    if (!open) return;
    open = false;
    pending.clear();
    onGone();
  };

  /** What waited goes out, oldest name first. */
  const goOn = () => {
    tookAt = now();
    for (const [name, message] of pending) {
      if (!outlet.hasRoom) return;
      pending.delete(name);
      outlet.write(message);
    }
  };

  const outlet = openOutlet({ onRoom: goOn, onGone: leave });

  return {
    send(name, message) {
      if (!open) return;
      if (pending.size > 0 || !outlet.hasRoom) {
        pending.set(name, message);
        return;
      }
      tookAt = now();
      outlet.write(message);
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
      if (stuck) outlet.cut();
      else outlet.end();
    },
  };
}
