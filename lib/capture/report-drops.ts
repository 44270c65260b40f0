import { log } from "../observe/log";
import { readCounters } from "./counters";

/** What was dropped of one reason since it was last told. */
export type Dropped = { reason: string; events: number; sinceStart: number };

const DROPPED = "dropped:";
const EVERY_MS = 5_000;

const tellLog = (dropped: Dropped) => log().error(dropped, "events were dropped");

/**
 * Tells the log of what is dropped: a line a reason with its number, at most one every five seconds however many they are, and of the rest when it
 * is stopped. Numbers only: whose events these were is nobody's business there.
 */
export function reportDrops({ everyMs = EVERY_MS, tell = tellLog }: { everyMs?: number; tell?: (dropped: Dropped) => void } = {}) {
  let told = readCounters();

  function report(): void {
    const now = readCounters();
    for (const [name, sinceStart] of Object.entries(now)) {
      const events = sinceStart - (told[name] ?? 0);
      if (name.startsWith(DROPPED) && events > 0) tell({ reason: name.slice(DROPPED.length), events, sinceStart });
    }
    told = now;
  }

  const timer = setInterval(report, everyMs).unref();
  return {
    report,
    stop(): void {
      clearInterval(timer);
      report();
    },
  };
}
