import type { PoolClient } from "pg";
import { type Db, poolOf } from "./client";
import { holdConnection } from "./hold-connection";

/** How long a transaction may take, its wait for a connection apart. */
const LIMIT_MS = 60_000;
/**
 * What is acknowledged is on the disk, also where the server's own setting would not wait for it. A lock is waited for a few seconds: a caller that gives
 * up leaves its backend waiting, and the next try brings another one; beside an import that holds its site for minutes they would be as many as the
 * server allows.
 */
const BEGIN = "BEGIN; SET LOCAL synchronous_commit = 'on'; SET LOCAL lock_timeout = '4s'";

/**
 * Runs `run` as one transaction on a connection of the client's pool, without Prisma in between: for the hot path. Commits what resolves, rolls back
 * what rejects. A connection that broke, or took too long, is not used again.
 */
export async function inTransaction<Result>(database: Db, run: (connection: PoolClient) => Promise<Result>): Promise<Result> {
  const connection = await poolOf(database).connect();
  const { isReleased, release } = holdConnection(connection);
  const tooLong = setTimeout(() => release(new Error(`timeout: a transaction took longer than ${LIMIT_MS} ms.`)), LIMIT_MS);
  try {
    await connection.query(BEGIN);
    const result = await run(connection);
    const { command } = await connection.query("COMMIT");
    // Of a transaction that failed unseen, COMMIT is answered by what was done instead.
    if (command !== "COMMIT") throw new Error(`A transaction was to be committed, and the database answered ${command}.`);
    release();
    return result;
  } catch (error) {
    if (!isReleased())
      await connection.query("ROLLBACK").then(
        () => release(),
        (broken: Error) => release(broken),
      );
    throw error;
  } finally {
    clearTimeout(tooLong);
  }
}
