import type { NewEvent } from "../../lib/capture/event";
import { SESSION_IDLE_MS } from "../../lib/metrics/catalogue";

export interface Access {
  at: number;
  address: string;
  page: string;
  /** Milliseconds; null of a view with nothing after it. */
  spentMs: number | null;
}

export interface Figures {
  accesses: number;
  totalSec: number;
  avgSec: number | null;
  maxSec: number | null;
  minSec: number | null;
}

/** Sessions cut by the definition's four rules, one visitor after the other: shares no code with the product. */
function cutSessions(events: NewEvent[]): NewEvent[][] {
  const sessions: NewEvent[][] = [];
  for (const visitor of new Set(events.map((event) => event.visitor))) {
    let open: NewEvent[] | undefined;
    for (const event of events.filter((candidate) => candidate.visitor === visitor)) {
      const last = open?.at(-1);
      const idle = last && event.at.getTime() - last.at.getTime() > 30 * 60 * 1000;
      const signedIn = open?.some(({ kind }) => kind === "login");
      if (!open || !last || idle || last.kind === "logout" || (event.kind === "login" && signedIn)) {
        open = [];
        sessions.push(open);
      }
      open.push(event);
    }
  }
  return sessions;
}

/** Every view with its time spent, from events in their order. */
export function accessesOf(events: NewEvent[]): Access[] {
  return cutSessions(events).flatMap((session) =>
    session.flatMap((event, index): Access[] => {
      if (event.kind !== "view") return [];
      const after = session.slice(index + 1);
      const next = after.find(({ kind }) => kind === "view") ?? after.at(-1);
      const measured = next ? Math.min(next.at.getTime() - event.at.getTime(), SESSION_IDLE_MS) : null;
      const spentMs = event.timeSpentSec === null ? measured : event.timeSpentSec * 1000;
      return [{ at: event.at.getTime(), address: event.address ?? "unknown", page: event.route, spentMs }];
    }),
  );
}

export function figuresOf(accesses: Access[]): Figures {
  const times = accesses.flatMap(({ spentMs }) => (spentMs === null ? [] : [spentMs]));
  const totalSec = times.reduce((sum, time) => sum + time, 0) / 1000;
  const orNull = (value: number) => (times.length === 0 ? null : value);
  return {
    accesses: accesses.length,
    totalSec,
    avgSec: orNull(totalSec / times.length),
    maxSec: orNull(Math.max(...times) / 1000),
    minSec: orNull(Math.min(...times) / 1000),
  };
}

/** Groups accesses by what `keyOf` says, in the order of the keys' bytes. */
export function groupAccesses(accesses: Access[], keyOf: (access: Access) => string): [string, Access[]][] {
  const groups = new Map<string, Access[]>();
  for (const access of accesses) groups.set(keyOf(access), [...(groups.get(keyOf(access)) ?? []), access]);
  return [...groups].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
