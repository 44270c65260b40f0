import type { Db } from "../db/client";
import { Prisma } from "../db/generated/client";

/** An account's latest; more are forgotten. */
const KEPT = 50;
const FORGOTTEN = Prisma.sql`CURRENT_TIMESTAMP - interval '90 days'`;

/** What is kept of a network: nobody reads it out of the table, and no two accounts have the same of it. */
const digestOf = (accountId: Prisma.Sql, network: string) =>
  Prisma.sql`encode(sha256(convert_to(${accountId} || ' ' || ${network}, 'UTF8')), 'base64')`;

/** Whether the account of that e-mail was signed in to from that network in the last 90 days. One question, whether there is such an account or not. */
export async function isKnownAddress(db: Db, email: string, network: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ known: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM account a JOIN known_address k ON k.account_id = a.id
      WHERE a.email = ${email} AND k.digest = ${digestOf(Prisma.sql`a.id::text`, network)} AND k.seen_at > ${FORGOTTEN}) AS known`;
  return rows[0]?.known === true;
}

/**
 * Notes that an account was signed in to from that network, and forgets what is too long ago. Waits for nobody else's row, lest two who sign in at
 * once after a long time wait for each other's: what another forgets or renews just now is left to them.
 */
export async function noteKnownAddress(db: Db, accountId: string, network: string): Promise<void> {
  await db.$executeRaw`
    WITH noted AS (
      INSERT INTO known_address (account_id, digest, seen_at)
      VALUES (${accountId}::uuid, ${digestOf(Prisma.sql`${accountId}::text`, network)}, CURRENT_TIMESTAMP)
      ON CONFLICT (account_id, digest) DO UPDATE SET seen_at = EXCLUDED.seen_at
      RETURNING account_id, digest),
    outdated AS (
      SELECT k.account_id, k.digest FROM known_address k, noted
      WHERE (k.account_id <> noted.account_id OR k.digest <> noted.digest) AND (
        k.seen_at < ${FORGOTTEN}
        OR (k.account_id = noted.account_id AND k.digest IN (
          SELECT other.digest FROM known_address other WHERE other.account_id = noted.account_id AND other.digest <> noted.digest
          ORDER BY other.seen_at DESC OFFSET ${KEPT - 1})))
      FOR UPDATE OF k SKIP LOCKED)
    DELETE FROM known_address k USING outdated WHERE k.account_id = outdated.account_id AND k.digest = outdated.digest`;
}
