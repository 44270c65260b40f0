import type { NewEvent } from "./event";
import type { ExcludedRequest } from "./reasons";

/** Where a buffer commits to. */
export type EventSink = {
  /** Stores the events of a site in one transaction; known ids count as duplicates. */
  append(site: string, events: NewEvent[]): Promise<{ appended: number; duplicates: number }>;
  appendExcluded(site: string, rows: ExcludedRequest[]): Promise<void>;
  /** Rejects while the database does not answer. */
  ping(): Promise<void>;
};
