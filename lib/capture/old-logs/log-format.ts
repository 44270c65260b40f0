import type { EventKind, EventUser, NewEvent } from "../event";
import type { LocalClock } from "./local-clock";

export type Parsed = { event: NewEvent } | { reason: string };

/** What reading a row takes from outside. */
export interface RowContext {
  clock: LocalClock;
  /** The id of the row's event, at which the clock showed that (milliseconds). */
  identify(shown: number): string;
}

/** A kind of old log: how its header reads and what a row of it means. */
export interface LogFormat {
  id: "activity-log" | "page-access";
  /** For people: "an activity log". */
  name: string;
  /** Header names in lower case, each with the other spellings taken for it. */
  columns: readonly (readonly [string, ...string[]])[];
  /** Reads a row whose fields stand in the order of `columns`, each trimmed. Never throws. */
  parse(fields: readonly string[], context: RowContext): Parsed;
}

/** What an old log can tell of an event. */
interface LoggedFacts {
  id: string;
  at: number;
  kind: EventKind;
  outcome: "success" | "error";
  visitor: string;
  user: EventUser | null;
  method: string;
  route: string;
  path: string;
  address: string | null;
  timeSpentSec: number | null;
}

/** An event of an old log, with what no such log knows left open. Written out field by field: spreading objects made it three times slower. */
export const toEvent = (facts: LoggedFacts): NewEvent => ({
  id: facts.id,
  at: new Date(facts.at),
  kind: facts.kind,
  outcome: facts.outcome,
  visitor: facts.visitor,
  user: facts.user,
  method: facts.method,
  route: facts.route,
  path: facts.path,
  status: null,
  durationMs: null,
  timeSpentSec: facts.timeSpentSec,
  title: null,
  address: facts.address,
  country: null,
  client: null,
  referral: null,
});

/** Says that a field is empty or longer than it may be; undefined when all is well. */
export function lengthProblem(name: string, value: string, min: number, max: number): string | undefined {
  if (value.length < min) return `${name} is empty`;
  return value.length > max ? `${name} is longer than ${max} characters` : undefined;
}
