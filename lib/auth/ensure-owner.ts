import type { Db } from "../db/client";
import { type Account, Prisma } from "../db/generated/client";
import { changePassword } from "./change-password";
import { generatePassword, hashPassword, verifyPassword } from "./password";

const DEFAULT_EMAIL = "owner@footfall.local";
const UNIQUE_VIOLATION = "P2002";

export interface OwnerState {
  email: string;
  /** `created`: the account is new; `changed`: it took the given password; `kept`: nothing was done. */
  outcome: "created" | "changed" | "kept";
  /** Only when it was generated just now: to be shown once, it is stored nowhere but as a hash. */
  generatedPassword: string | null;
}

async function keep(client: Db, owner: Account, password: string | undefined): Promise<OwnerState> {
  if (password === undefined || (await verifyPassword(owner.passwordHash, password))) {
    return { email: owner.email, outcome: "kept", generatedPassword: null };
  }
  await changePassword(owner.id, password, client);
  return { email: owner.email, outcome: "changed", generatedPassword: null };
}

/**
 * Makes sure that someone can sign in to the dashboard. Without an owner it creates one, with the given password or a generated one;
 * with an owner, a given password that differs becomes the new one (the way back in for who forgot it). Safe when two servers start at once.
 */
export async function ensureOwner(client: Db, given: { email?: string; password?: string } = {}): Promise<OwnerState> {
  const wanted = given.email?.trim().toLowerCase();
  const existing = await client.account.findFirst({ where: { role: "owner", email: wanted }, orderBy: { createdAt: "asc" } });
  if (existing) return keep(client, existing, given.password);

  const email = wanted ?? DEFAULT_EMAIL;
  const password = given.password ?? generatePassword();
  const passwordHash = await hashPassword(password);
  try {
    await client.account.create({ data: { email, passwordHash, name: "Site", surname: "Owner", role: "owner" } });
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_VIOLATION)) throw error;
    // Whoever registered with that address does not thereby know the owner's password.
    const promoted = await client.account.update({ where: { email }, data: { role: "owner" } });
    await changePassword(promoted.id, password, client);
    return { email, outcome: "changed", generatedPassword: given.password === undefined ? password : null };
  }
  return { email, outcome: "created", generatedPassword: given.password === undefined ? password : null };
}
