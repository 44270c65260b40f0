import type { NewEvent } from "../../lib/capture/event";
import type { EventSink } from "../../lib/capture/event-sink";

/** A store in memory that can be away, hang, or refuse an event: faults that a real database gives only when it likes. */
export function makeSink() {
  const stored = new Map<string, NewEvent>();
  const batches: number[] = [];
  let fault: "none" | "away" | "hangs" | "odd" = "none";
  const refused = new Set<string>();
  const release: (() => void)[] = [];
  const answer = async () => {
    if (fault === "away") throw new Error("connect ECONNREFUSED 127.0.0.1:5432");
    if (fault === "hangs") {
      await new Promise<void>((resolve) => {
        release.push(resolve);
      });
    }
  };
  const sink: EventSink = {
    async append(_site, events) {
      await answer();
      if (fault === "odd") throw new Error("Client has encountered a connection error and is not queryable");
      const bad = events.find((event) => refused.has(event.id));
      if (bad)
        throw Object.assign(new Error(`value out of range: path ${bad.path}, address ${bad.address}`), {
          severity: "ERROR",
          code: "22003",
        });
      const fresh = events.filter((event) => !stored.has(event.id));
      for (const event of fresh) stored.set(event.id, event);
      batches.push(events.length);
      return { appended: fresh.length, duplicates: events.length - fresh.length };
    },
    async appendExcluded() {
      await answer();
    },
    ping: answer,
  };
  return {
    sink,
    stored,
    batches,
    refuse: (id: string) => refused.add(id),
    /** How many calls hang. */
    waiting: () => release.length,
    /** The next fault. What hangs goes on, unless it is to hang for ever. */
    go(next: typeof fault, { release: goesOn = true } = {}) {
      fault = next;
      if (goesOn) for (const go of release.splice(0)) go();
    },
  };
}
