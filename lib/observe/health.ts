import type { BufferStatus } from "../capture/buffer-types";
import type { SpoolState } from "../capture/spool";

export type HealthFacts = {
  databaseAnswers: boolean;
  /** Null where this process captures nothing (yet, or any more). */
  buffer: BufferStatus | null;
  /** Everything counted since the process began, by name. */
  counters: Record<string, number>;
};

export type Health = {
  status: "ok" | "unavailable";
  database: "up" | "down";
  /** What an operator should know, in words; empty when all is well. */
  reasons: string[];
  capture: {
    queued: number;
    capacity: number;
    spooledBytes: number;
    spool: SpoolState;
    lastCommitMs: number | null;
    dropped: Record<string, number>;
  } | null;
};

const SPOOL_REASONS: Record<SpoolState, string | null> = {
  ok: null,
  broken: "The spool cannot be written: while the database is away, events wait in memory only. It is tried again, and the log says why.",
  none: "There is no spool: its folder cannot be opened, so while the database is away, events wait in memory only. It is tried again, and the log says why.",
};

const DROPPED = "dropped:";

/** Judges what is known of this process. It is `ok` while the database answers; what is wrong besides stands under `reasons`. */
export function judgeHealth({ databaseAnswers, buffer, counters }: HealthFacts): Health {
  const drops = Object.entries(counters).filter(([name, amount]) => name.startsWith(DROPPED) && amount > 0);
  const dropped = Object.fromEntries(drops.map(([name, amount]) => [name.slice(DROPPED.length), amount]));
  const reasons: string[] = [];
  if (!databaseAnswers) reasons.push("The database does not answer.");
  if (!buffer) reasons.push("This process captures nothing: it is starting, stopping, or runs where the platform owns the server.");
  else {
    if (!buffer.healthy) reasons.push("The last commit of events failed; they are kept and tried again.");
    if (buffer.spooledBytes > 0) reasons.push(`${buffer.spooledBytes} bytes of events wait on disk for the database.`);
    const spoolReason = SPOOL_REASONS[buffer.spool];
    if (spoolReason) reasons.push(spoolReason);
    if (buffer.setAside > 0)
      reasons.push(`${buffer.setAside} files of the spool cannot be read or removed; they are tried again, and the log says why.`);
    if (buffer.queued > buffer.capacity / 2)
      reasons.push(`The buffer is more than half full: ${buffer.queued} of ${buffer.capacity} events.`);
  }
  for (const [reason, amount] of Object.entries(dropped)) reasons.push(`${amount} events dropped since the start: ${reason}.`);
  return {
    status: databaseAnswers ? "ok" : "unavailable",
    database: databaseAnswers ? "up" : "down",
    reasons,
    capture: buffer && {
      queued: buffer.queued,
      capacity: buffer.capacity,
      spooledBytes: buffer.spooledBytes,
      spool: buffer.spool,
      lastCommitMs: buffer.lastCommitMs,
      dropped,
    },
  };
}
