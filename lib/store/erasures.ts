import type { Client } from "pg";
import { type Db, withConnection } from "../db/client";

// What is read and what is put in place are apart: the lock makes "nobody was erased meanwhile, so put it there" one step.
const LOCK = "SELECT pg_advisory_lock(hashtextextended('footfall.erasure:' || $1::text, 0))";
const MARK =
  "SELECT concat_ws('/', count(*), sum(extract(epoch FROM at))) AS mark FROM erased_key WHERE site_id = $1 AND digest NOT LIKE 'b:%'";

async function readMark(connection: Client, siteId: number): Promise<string> {
  const { rows } = await connection.query<{ mark: string }>(MARK, [siteId]);
  return rows[0]?.mark ?? "";
}

/** A text that every erasure on the site changes. */
export const readErasureMark = (db: Db, siteId: number): Promise<string> =>
  withConnection(db, (connection) => readMark(connection, siteId));

/** Does what must not happen beside an erasure: that too holds this lock, from its first file to its commit. The lock goes with the process. */
export function beforeOrAfterErasures<T>(db: Db, siteId: number, act: () => Promise<T>): Promise<T> {
  return withConnection(db, async (connection) => {
    await connection.query(LOCK, [siteId]);
    return act();
  });
}

/**
 * Puts in place what was made of a site's events, `act`, unless somebody was erased since `mark` was read, which was before the events were: then it
 * may hold them, and this throws.
 */
export function unlessErased<T>(db: Db, siteId: number, mark: string, act: () => Promise<T>): Promise<T> {
  return withConnection(db, async (connection) => {
    await connection.query(LOCK, [siteId]);
    if ((await readMark(connection, siteId)) !== mark) throw new ErasedMeanwhile();
    return act();
  });
}

/** No AppError: trying again is all it takes. */
export class ErasedMeanwhile extends Error {
  constructor() {
    super("somebody was erased while this day was read; it is read again");
  }
}
