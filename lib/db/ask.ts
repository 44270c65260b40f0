import { type Db, poolOf } from "./client";
import { holdConnection } from "./hold-connection";

/**
 * Asks the database whether it is there. Rejects with why not, or when it has not answered after `timeoutMs`. A connection that does not answer is closed:
 * one whose other end has gone without a word would be taken from the others until the system notices, after a quarter of an hour.
 */
export async function ask(db: Db, timeoutMs: number): Promise<void> {
  const askedAt = performance.now();
  const connection = await connectWithin(db, timeoutMs);
  const { isReleased, release } = holdConnection(connection);
  const late = lateError(timeoutMs);
  const timer = setTimeout(() => release(late), timeoutMs - (performance.now() - askedAt));
  try {
    await connection.query("SELECT 1");
    release();
  } catch (error) {
    const reason = isReleased() ? late : (error as Error);
    release(reason);
    throw reason;
  } finally {
    clearTimeout(timer);
  }
}

/** A connection of the pool; one that comes too late goes back. */
async function connectWithin(db: Db, timeoutMs: number) {
  const connecting = poolOf(db).connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      connecting.then(
        (connection) => connection.release(),
        () => undefined,
      );
      reject(lateError(timeoutMs));
    }, timeoutMs);
  });
  return Promise.race([connecting, late]).finally(() => clearTimeout(timer));
}

const lateError = (timeoutMs: number) => new Error(`timeout: the database has not answered within ${timeoutMs} ms.`);
