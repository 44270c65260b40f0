import { AppError } from "../app-error";
import type { Db, Tx } from "../db/client";

/** Each holds a connection of the pool, which the rest of the app needs too. */
const AT_ONCE = 3;
/** A reader that takes nothing for this long is gone: what it holds is given back. */
const IDLE_MS = 60_000;
const LONGEST_MS = 30 * 60_000;

let open = 0;

type Send = (piece: Uint8Array) => Promise<void>;

/**
 * Streams what `write` sends, read from one snapshot of the database however long that takes. `send` waits until the reader has room. The snapshot
 * and its connection are given back when `write` ends, when the reader leaves, or when it takes nothing for a minute, which breaks the stream off.
 * Throws AppError `too-many` while as many are open as may be.
 */
export function streamFromSnapshot(db: Db, write: (tx: Tx, send: Send) => Promise<void>): ReadableStream<Uint8Array> {
  if (open >= AT_ONCE) throw new AppError("too-many", `${AT_ONCE} files are being read at this moment; try again when one is done.`);
  open += 1;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const send: Send = async (piece) => {
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      giveUp = setTimeout(() => reject(new Error("The reader of a file stopped taking it.")), IDLE_MS);
    });
    await Promise.race([writer.write(piece), tooLong]).finally(() => clearTimeout(giveUp));
  };
  void db
    .$transaction((tx) => write(tx, send), { isolationLevel: "RepeatableRead", timeout: LONGEST_MS, maxWait: IDLE_MS })
    .then(() => writer.close())
    // A file that breaks off must not look like a whole one.
    .catch((error: unknown) => writer.abort(error))
    .catch(() => undefined)
    .finally(() => {
      open -= 1;
    });
  return readable;
}
