import type { Refused } from "./commit-events";
import type { NewEvent } from "./event";
import type { EventSink } from "./event-sink";
import type { Spool, SpoolState } from "./spool";

export type BufferOptions = {
  sink: EventSink;
  /** Where events wait on disk while the database is away; without one they wait in memory. */
  spool?: Spool | null;
  /** From the end of a batch to the beginning of the next: what comes in between waits that long at most, what comes after a longer silence not at all. */
  intervalMs?: number;
  batchSize?: number;
  /** Events held in memory; past half of it they go to the spool. */
  capacity?: number;
  /** A commit that takes longer counts as failed; ids make it harmless when it succeeds after all. */
  commitTimeoutMs?: number;
  /** How long `recordAndWait` waits. */
  waitMs?: number;
  retryMs?: { first: number; longest: number };
  /** Hears how long each batch took to commit. */
  onCommit?: (durationMs: number) => void;
  /** How long stopping may wait for the database before it turns to the spool. */
  stopMs?: number;
  /** How often the spool's folder is looked through for what servers that died have left. */
  rescanMs?: number;
};

export type BufferStatus = {
  queued: number;
  capacity: number;
  /** Whether the last commit succeeded. */
  healthy: boolean;
  spooledBytes: number;
  /** Whether events can wait on disk. */
  spool: SpoolState;
  /** Files of the spool that cannot be read or removed: the disk's trouble, tried again now and then. */
  setAside: number;
  lastCommitMs: number | null;
  lastError: string | null;
};

export type EventBuffer = {
  /** Takes an event in and returns at once. A full buffer drops and counts it. */
  record(site: string, event: NewEvent): void;
  /**
   * Resolves when the events are committed, with those that the store refused, by id, and why. All are taken in or none, and they are committed
   * together. Rejects with `unavailable` when that is not known in time (they are kept), or when there is no room for all of them.
   */
  recordAndWait(site: string, events: NewEvent[]): Promise<Refused>;
  /** Commits what is queued; resolves when all of it is committed or spooled. */
  flush(): Promise<void>;
  /** Flushes, hands the rest to the spool, and ends. */
  stop(): Promise<void>;
  status(): BufferStatus;
};
