import { cleanText } from "./clean-text";
import type { EventKind, NewEvent } from "./event";
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
  | "replayed"
  | "spool-set-aside";

/** One request of those that a counter counted, to show. */
export type Example = { at: Date; path: string; userAgent: string | null };

/** Adds to a counter of this process. Of what is given as an example the latest is kept. */
export function count(name: CounterName, by = 1, example?: () => Example): void {
  const { counters, examples } = captureState();
  counters.set(name, (counters.get(name) ?? 0) + by);
  if (example) examples.set(name, example);
}

/** The latest examples since this was last asked, by counter. */
export function takeExamples(): Map<CounterName, Example> {
  const { examples } = captureState();
  const taken = new Map([...examples].map(([name, example]) => [name, example()]));
  examples.clear();
  return taken;
}

/** An example of a request for a page: its path without the query, which may hold secrets, and what it called itself. */
export const exampleOf =
  (path: string, userAgent: string | null | undefined, at = new Date()) =>
  (): Example => ({ at, path: cleanText(path, 300) ?? "/", userAgent: cleanText(userAgent, 512) });

/** All counters with a value, by name. */
export function readCounters(): Record<string, number> {
  return Object.fromEntries([...captureState().counters].sort(([a], [b]) => a.localeCompare(b)));
}

/** The same of an event. */
export const exampleOfEvent = (event: NewEvent | undefined) => event && exampleOf(event.path, event.client?.userAgent, event.at);
