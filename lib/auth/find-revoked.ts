import type { Db } from "../db/client";

/** By what somebody was let in: what this was worth ends with the role, with the password, and with the session. */
export interface Permit {
  accountId: string;
  /** When the account's password was last changed then, UTC milliseconds. */
  passwordChangedAt: number;
  /** The id of the session. */
  sid: string;
}

/** Those of the permits to see the dashboard that are worth nothing any more. */
export async function findRevoked(db: Db, permits: readonly Permit[]): Promise<Permit[]> {
  const ids = [...new Set(permits.map(({ accountId }) => accountId))];
  const [accounts, left] = await Promise.all([
    db.account.findMany({ where: { id: { in: ids }, role: { not: "member" } }, select: { id: true, passwordChangedAt: true } }),
    db.revokedSession.findMany({ where: { sid: { in: permits.map(({ sid }) => sid) } }, select: { sid: true } }),
  ]);
  const dates = new Map(accounts.map(({ id, passwordChangedAt }) => [id, passwordChangedAt.getTime()]));
  const signedOut = new Set(left.map(({ sid }) => sid));
  return permits.filter(({ accountId, passwordChangedAt, sid }) => signedOut.has(sid) || dates.get(accountId) !== passwordChangedAt);
}
