import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { AppError } from "../../app-error";
import type { NewEvent } from "../event";
import { type LogSource, readOldLog } from "./read-old-log";
import type { Rejection } from "./read-rows";

/** A few hundred rows: what is made of them does not live to be moved by the garbage collector, which took a quarter of the time with four times as many. */
const CHUNK_BYTES = 64 * 1024;

export interface ImportOptions {
  /** Takes the good rows although others are rejected; without it a file is taken whole or not at all. */
  keepGoing?: boolean;
  /** Called for each rejected row, in line order. */
  onRejection?: (rejection: Rejection) => void;
  /** Called after each chunk; a file that tells no size has 0 bytes. */
  onProgress?: (progress: { bytesRead: number; bytes: number }) => void;
}

interface Taken {
  appended: number;
  /** Rows that an earlier import brought already. */
  duplicates: number;
  /** Rows of persons who were erased from the site. */
  erased: number;
  /** How many of the duplicates are there at another instant: the file was read in another time zone then. */
  otherInstants: number;
}

export interface ImportReport extends Taken {
  rejected: number;
}

/** Takes batches of events as one transaction: all of them, or none when the batches end with an error. */
export type AppendBatches = (batches: AsyncIterable<NewEvent[]>) => Promise<Taken>;

const REASONS: Record<string, string> = { ENOENT: "there is no such file", EACCES: "it may not be read", ENOTDIR: "there is no such file" };

/** Looks whether there is such a file; returns its size in bytes, 0 for one that tells none. Throws an AppError that says what is wrong. */
export async function expectLog(file: string): Promise<number> {
  const refuse = (reason: string) => new AppError("invalid", `${file}: ${reason}.`, { field: "FILE" });
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw refuse(REASONS[error.code ?? ""] ?? error.message);
  });
  if (facts.isDirectory()) throw refuse("it is a directory, not a file");
  return facts.size;
}

/**
 * Imports an old log from a file, streaming. Throws an AppError when the file can't be read, is no log known here, or has rejected rows
 * and `keepGoing` is not set; nothing of it is stored then.
 */
export async function importOldLog(
  file: string,
  source: LogSource,
  append: AppendBatches,
  { keepGoing = false, onRejection, onProgress }: ImportOptions = {},
): Promise<ImportReport> {
  const bytes = await expectLog(file);
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let rejected = 0;
  let refusal: unknown;

  async function* batches(): AsyncGenerator<NewEvent[]> {
    for await (const { results } of readOldLog(stream, source)) {
      const events: NewEvent[] = [];
      for (const result of results) {
        if ("event" in result) events.push(result.event);
        else {
          rejected += 1;
          onRejection?.(result.rejection);
        }
      }
      onProgress?.({ bytesRead: stream.bytesRead, bytes });
      // After a rejection the rest is only read to name every bad row at once.
      if (events.length > 0 && (keepGoing || rejected === 0)) yield events;
    }
    if (rejected > 0 && !keepGoing) {
      const rows = rejected === 1 ? "1 row was" : `${rejected} rows were`;
      throw new AppError("invalid", `${rows} rejected, so nothing was imported. Correct them, or take the rest with --keep-going.`, {
        field: "FILE",
      });
    }
  }

  async function* remembering(): AsyncGenerator<NewEvent[]> {
    try {
      yield* batches();
    } catch (error) {
      refusal = error;
      throw error;
    }
  }

  try {
    return { ...(await append(remembering())), rejected };
  } catch (error) {
    // The file's own fault says more than what became of the transaction for it.
    throw refusal ?? error;
  } finally {
    stream.destroy();
  }
}
