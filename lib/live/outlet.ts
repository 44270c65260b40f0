/** Where a viewer's messages leave the process. */
export interface Outlet {
  /** Whether a message would be taken now, and not be kept in memory for a client that is slow. */
  readonly hasRoom: boolean;
  write(message: Uint8Array): void;
  /** Ends after what was written. */
  end(): void;
  /** Ends at once, whatever the client has not read. */
  cut(): void;
}

export interface OutletEvents {
  /** Something was taken; there is room again. Never before the outlet was returned. */
  onRoom(): void;
  /** The client left. Never before the outlet was returned. */
  onGone(): void;
}

export type OpenOutlet = (events: OutletEvents) => Outlet;

/** An outlet that is a web stream, which any runtime can answer with. */
export function webOutlet(): { stream: ReadableStream<Uint8Array>; open: OpenOutlet } {
  let events: OutletEvents | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own;
      },
      // Called whenever the queue has room again.
      pull: () => events?.onRoom(),
      cancel: () => events?.onGone(),
    },
    { highWaterMark: 2 },
  );
  const open: OpenOutlet = (given) => {
    events = given;
    return {
      get hasRoom() {
        return (controller.desiredSize ?? 0) > 0;
      },
      write: (message) => controller.enqueue(message),
      end: () => controller.close(),
      cut: () => controller.error(new DOMException("The viewer stopped reading.", "AbortError")),
    };
  };
  return { stream, open };
}
