import { randomUUID } from "node:crypto";
import type { Db } from "../db/client";
import { db } from "../db/client";
import type { Account } from "../db/generated/client";
import type { Registration } from "./account-input";
import { takeAttempt } from "./limits";
import { hashPassword } from "./password";

/**
 * Creates an account for the demo site, without any right on the dashboard; null when the e-mail has one already, which stays as it is. Whoever asks
 * must be answered alike in both cases, and both take the same work: a hash, and one row written. Throws AppError `too-many` when the address or
 * the e-mail has used up its attempts.
 */
export async function registerAccount(registration: Registration, address: string, client: Db = db()): Promise<Account | null> {
  const { password, ...person } = registration;
  await takeAttempt("register", { email: person.email, address }, client);
  const passwordHash = await hashPassword(password);
  const id = randomUUID();
  // Writes the row that is there by itself: a commit that waits for the disk, as that of a new one does.
  const account = await client.account.upsert({
    where: { email: person.email },
    create: { id, ...person, passwordHash },
    update: { email: person.email },
  });
  return account.id === id ? account : null;
}
