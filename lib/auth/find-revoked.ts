import type { Db } from "../db/client";

/** By what somebody was let in: what this was worth ends with the role, and with the password. */
export interface Permit {
  accountId: string;
  /** When the account's password was last changed then, UTC milliseconds. */
  passwordChangedAt: number;
}

/** Those of the permits to see the dashboard that are worth nothing any more. */
export async function findRevoked(db: Db, permits: readonly Permit[]): Promise<Permit[]> {
  const ids = [...new Set(permits.map(({ accountId }) => accountId))];
  const accounts = await db.account.findMany({
    where: { id: { in: ids }, role: { not: "member" } },
    select: { id: true, passwordChangedAt: true },
  });
  const dates = new Map(accounts.map(({ id, passwordChangedAt }) => [id, passwordChangedAt.getTime()]));
  return permits.filter(({ accountId, passwordChangedAt }) => dates.get(accountId) !== passwordChangedAt);
}
