import { Prisma } from "../db/generated/client";

/**
 * Names one writing of side notes: a number that grows with each of a process's own. Whatever is written under a key is written once, however often it
 * is sent; so what is sent again must be the same, and the next has to wait until this one is known to be stored.
 */
export type FlushKey = { writer: string; sequence: number };

/**
 * The beginning of a statement that stores side notes: the table `flush`, which has a row when this key comes for the first time, and when there is
 * none. A try whose answer was lost, and which may still be under way, is waited for by the lock on its process's row.
 */
export const beginFlush = (key: FlushKey | null): Prisma.Sql =>
  key === null
    ? Prisma.sql`WITH flush AS (SELECT)`
    : Prisma.sql`
    WITH old AS (
      DELETE FROM capture_flush WHERE ${key.sequence}::bigint = 1 AND writer <> ${key.writer}::uuid AND at < CURRENT_TIMESTAMP - interval '7 days'
    ), flush AS (
      INSERT INTO capture_flush (writer, sequence) VALUES (${key.writer}::uuid, ${key.sequence}::bigint)
      ON CONFLICT (writer) DO UPDATE SET sequence = EXCLUDED.sequence, at = EXCLUDED.at WHERE capture_flush.sequence < EXCLUDED.sequence
      RETURNING writer)`;
