import type { FlushKey } from "../store/capture-flush";
import type { NewEvent } from "./event";
import type { ExcludedRequest } from "./reasons";

/** Where a buffer commits to. */
export type EventSink = {
  /** Stores the events of a site in one transaction; known ids count as duplicates. */
  append(site: string, events: NewEvent[]): Promise<{ appended: number; duplicates: number }>;
  /** Stores requests that were left out; under a key of its own, once however often it is called. */
  appendExcluded(site: string, rows: ExcludedRequest[], flush?: FlushKey): Promise<void>;
  /** Rejects while the database does not answer. */
  ping(): Promise<void>;
};
