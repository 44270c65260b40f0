import pg from "pg";
import type { Db } from "../db/client";

const RECONNECT_MS = 1_000;

export interface WorkerLock {
  release(): Promise<void>;
}

/**
 * Holds a lock of the database in the name of a worker for as long as its process lives: whatever ends the process closes the connection,
 * and with it the lock goes. So others can tell at once, and without a timeout, that a worker is gone.
 */
export async function holdWorkerLock(url: string, worker: string): Promise<WorkerLock> {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let released = false;
  const hold = async () => {
    const connection = new pg.Client({ connectionString: url });
    connection.on("error", () => holdAgain());
    await connection.connect();
    await connection.query("SELECT pg_advisory_lock(hashtextextended('footfall.worker:' || $1, 0))", [worker]);
    client = connection;
  };
  const holdAgain = () => {
    client = undefined;
    if (released) return;
    clearTimeout(retry);
    retry = setTimeout(() => hold().catch(holdAgain), RECONNECT_MS);
  };
  await hold();
  return {
    release: async () => {
      released = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}

/** Whether no living process holds the lock of that worker. */
export async function isWorkerGone(db: Db, worker: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ gone: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended('footfall.worker:' || ${worker}, 0)) AS gone`;
  return row?.gone ?? false;
}
