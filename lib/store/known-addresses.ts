import type { Db } from "../db/client";

/** An account's latest; more are forgotten. */
const KEPT = 50;

/** Whether the account of that e-mail was signed in to from that network in the last 90 days. One question, whether there is such an account or not. */
export async function isKnownAddress(db: Db, email: string, network: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ known: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM account a JOIN known_address k ON k.account_id = a.id
      WHERE a.email = ${email} AND k.digest = encode(sha256(convert_to(a.id::text || ' ' || ${network}, 'UTF8')), 'base64')
        AND k.seen_at > CURRENT_TIMESTAMP - interval '90 days') AS known`;
  return rows[0]?.known === true;
}

/** Notes that an account was signed in to from that network, and forgets what is too long ago. */
export async function noteKnownAddress(db: Db, accountId: string, network: string): Promise<void> {
  await db.$executeRaw`
    WITH one AS (SELECT encode(sha256(convert_to(${accountId} || ' ' || ${network}, 'UTF8')), 'base64') AS digest),
    swept AS (
      DELETE FROM known_address k USING one
      WHERE (k.account_id <> ${accountId}::uuid OR k.digest <> one.digest) AND (
        k.seen_at < CURRENT_TIMESTAMP - interval '90 days'
        OR (k.account_id = ${accountId}::uuid AND k.digest IN (
          SELECT other.digest FROM known_address other WHERE other.account_id = ${accountId}::uuid AND other.digest <> one.digest
          ORDER BY other.seen_at DESC OFFSET ${KEPT - 1}))))
    INSERT INTO known_address (account_id, digest, seen_at) SELECT ${accountId}::uuid, one.digest, CURRENT_TIMESTAMP FROM one
    ON CONFLICT (account_id, digest) DO UPDATE SET seen_at = EXCLUDED.seen_at`;
}
