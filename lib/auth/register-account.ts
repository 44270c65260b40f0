import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { db } from "../db/client";
import { type Account, Prisma } from "../db/generated/client";
import type { Registration } from "./account-input";
import { takeAttempt } from "./limits";
import { hashPassword } from "./password";

const UNIQUE_VIOLATION = "P2002";

/**
 * Creates an account for the demo site, without any right on the dashboard. Throws AppError `conflict` (field `email`) when the e-mail
 * is taken, `too-many` when the address or the e-mail has used up its attempts.
 */
export async function registerAccount(registration: Registration, address: string, client: Db = db()): Promise<Account> {
  const { password, ...person } = registration;
  await takeAttempt("register", { email: person.email, address }, client);
  const passwordHash = await hashPassword(password);
  try {
    return await client.account.create({ data: { ...person, passwordHash } });
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_VIOLATION)) throw error;
    throw new AppError("conflict", "This e-mail address has an account already.", { field: "email", cause: error });
  }
}
