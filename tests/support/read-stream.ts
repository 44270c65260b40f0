/** One server-sent event as a browser gets it. */
export interface StreamEvent {
  name: string;
  id: string | undefined;
  data: unknown;
}

const POLL_MS = 5;

/** Reads a stream of server-sent events as a browser does: keeps them, and waits for one that fits. */
export function readStream(stream: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder();
  const source = stream.getReader();
  const events: StreamEvent[] = [];
  let rest = "";
  let ended = false;
  const take = (block: string) => {
    const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
    const name = field("event");
    if (name) events.push({ name, id: field("id"), data: JSON.parse(field("data") ?? "null") });
  };
  void (async () => {
    for (;;) {
      const { value, done } = await source.read();
      if (done) break;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      blocks.forEach(take);
    }
    ended = true;
  })().catch(() => {
    ended = true;
  });
  return {
    events,
    of: <T>(name: string) => events.filter((event) => event.name === name).map(({ data }) => data as T),
    ended: () => ended,
    leave: () => source.cancel(),
    /** Resolves with the first event that fits, of those seen and those to come; rejects after `ms`. */
    async waitFor<T>(name: string, fits: (data: T) => boolean, ms = 20_000): Promise<T> {
      const until = Date.now() + ms;
      for (;;) {
        const found = events.find((event) => event.name === name && fits(event.data as T));
        if (found) return found.data as T;
        if (Date.now() > until)
          throw new Error(`no such ${name} event within ${ms} ms; seen: ${events.map((event) => event.name).join(" ")}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
}
