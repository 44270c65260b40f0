import type { Db } from "../db/client";
import { db } from "../db/client";
import { hashPassword } from "./password";
import { forgetSessions } from "./session-state";

/** Sets an account's password. Every session opened before ends with it, on this server at once and on others within seconds. */
export async function changePassword(accountId: string, password: string, client: Db = db()): Promise<void> {
  await client.account.update({
    where: { id: accountId },
    data: { passwordHash: await hashPassword(password), passwordChangedAt: new Date() },
  });
  forgetSessions(accountId);
}
