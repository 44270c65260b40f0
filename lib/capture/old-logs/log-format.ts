import type { NewEvent } from "../event";
import type { LocalClock } from "./local-clock";

/** What a row says, before it has an id. */
export type RowEvent = Omit<NewEvent, "id">;

export type Parsed = { event: RowEvent } | { reason: string };

/** A kind of old log: how its header reads and what a row of it means. */
export interface LogFormat {
  id: "activity-log" | "page-access";
  /** For people: "an activity log". */
  name: string;
  /** Header names in lower case, each with the other spellings taken for it. */
  columns: readonly (readonly [string, ...string[]])[];
  /** Reads a row whose fields stand in the order of `columns`, each trimmed. Never throws. */
  parse(fields: readonly string[], clock: LocalClock): Parsed;
}

/** What no old log tells about an event. */
export const UNKNOWN_FACTS = {
  status: null,
  durationMs: null,
  timeSpentSec: null,
  title: null,
  address: null,
  country: null,
  client: null,
  referral: null,
} as const;

/** The first field that is empty or longer than it may be, as a reason; undefined when all are well. */
export function lengthProblem(limits: readonly (readonly [name: string, value: string, min: number, max: number])[]): string | undefined {
  for (const [name, value, min, max] of limits) {
    if (value.length < min) return `${name} is empty`;
    if (value.length > max) return `${name} is longer than ${max} characters`;
  }
  return undefined;
}
