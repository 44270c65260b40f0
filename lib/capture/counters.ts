import type { EventKind } from "./event";
import type { DropReason, ExclusionCategory, IgnoreReason } from "./reasons";
import { captureState } from "./state";

/** Everything capture counts since the process began. */
export type CounterName =
  | `event:${EventKind}`
  | `ignored:${IgnoreReason}`
  | `dropped:${DropReason}`
  | `excluded:${ExclusionCategory}`
  | `folded:${string}`
  | "committed"
  | "duplicates"
  | "commits"
  | "commit-failures"
  | "spooled"
  | "replayed";

/** Adds to a counter of this process. */
export function count(name: CounterName, by = 1): void {
  const { counters } = captureState();
  counters.set(name, (counters.get(name) ?? 0) + by);
}

/** All counters with a value, by name. */
export function readCounters(): Record<string, number> {
  return Object.fromEntries([...captureState().counters].sort(([a], [b]) => a.localeCompare(b)));
}
