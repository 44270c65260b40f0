import type { PoolClient } from "pg";
import { type Db, poolOf } from "./client";

/** How long a transaction may take, its wait for a connection apart. */
const LIMIT_MS = 60_000;

/**
 * Runs `run` as one transaction on a connection of the client's pool, without Prisma in between: for the hot path. Commits what resolves, rolls back
 * what rejects. A connection that broke, or took too long, is not used again.
 */
export async function inTransaction<Result>(database: Db, run: (connection: PoolClient) => Promise<Result>): Promise<Result> {
  const connection = await poolOf(database).connect();
  // Without a listener a connection lost between two queries would end the process; the next query rejects anyway.
  const ignore = () => undefined;
  connection.on("error", ignore);
  let isReleased = false;
  const release = (broken?: Error) => {
    if (isReleased) return;
    isReleased = true;
    connection.off("error", ignore);
    connection.release(broken);
  };
  const tooLong = setTimeout(() => release(new Error(`timeout: a transaction took longer than ${LIMIT_MS} ms.`)), LIMIT_MS);
  try {
    await connection.query("BEGIN");
    const result = await run(connection);
    await connection.query("COMMIT");
    release();
    return result;
  } catch (error) {
    if (!isReleased)
      await connection.query("ROLLBACK").then(
        () => release(),
        (broken: Error) => release(broken),
      );
    throw error;
  } finally {
    clearTimeout(tooLong);
  }
}
