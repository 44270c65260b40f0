import { nameTrouble } from "../capture/trouble";
import type { Db } from "../db/client";
import { db } from "../db/client";
import type { Account } from "../db/generated/client";
import { log } from "../observe/log";
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
  await Promise.all([
    tryTo("give an attempt back", giveBack()),
    tryTo("note where an account was signed in to", noteKnownAddress(client, account.id, address)),
  ]);
  return account;
}

/** The password was right by then: nobody is shut out because something beside it fails. */
async function tryTo(what: string, work: Promise<void>): Promise<void> {
  await work.catch((error) => log().error({ reason: nameTrouble(error) }, `a sign-in could not ${what}`));
}
