import type { Db } from "../db/client";
import { db } from "../db/client";
import type { Account } from "../db/generated/client";
import { noteKnownAddress } from "../store/known-addresses";
import type { Credentials } from "./account-input";
import { takeAttempt } from "./limits";
import { verifyPassword } from "./password";

/**
 * The account these credentials open, or null: an unknown e-mail and a wrong password get the same answer after the same work.
 * Throws AppError `too-many` when the account or the address has used up its attempts.
 */
export async function authenticate({ email, password }: Credentials, address: string, client: Db = db()): Promise<Account | null> {
  const giveBack = await takeAttempt("signin", { email, address }, client);
  const account = await client.account.findUnique({ where: { email } });
  if (!(await verifyPassword(account?.passwordHash ?? null, password)) || !account) return null;
  await Promise.all([giveBack(), noteKnownAddress(client, account.id, address)]);
  return account;
}
