import { AppError } from "../app-error";
import { db } from "../db/client";
import { readSignIn } from "../store/sign-ins";
import { auth } from "./auth";
import type { Permit } from "./find-revoked";
import { fullName, type Role } from "./session-claims";

const RANK: Record<Role, number> = { member: 0, viewer: 1, admin: 2, owner: 3 };

/** Who passed the check. */
export interface Authorized extends Permit {
  email: string;
  /** Name and surname. */
  name: string;
  role: Role;
}

/**
 * The first line of everything that only some may see or do: who asks, if their account has that role or a higher one (owner > admin >
 * viewer). The role is the database's of this moment, not the session's, and so are the password that the session was opened with and whether somebody signed out of it. Throws AppError `unauthenticated` or `forbidden`.
 */
export async function requireRole(role: "viewer" | "admin" | "owner"): Promise<Authorized> {
  const user = (await auth())?.user;
  const { id, sid } = user ?? {};
  const account = id && sid ? await readSignIn(db(), id, sid) : null;
  const passwordChangedAt = account?.passwordChangedAt.getTime();
  // What the session was held against may be seconds old, and of another server.
  if (!id || !sid || !account || account.revoked || passwordChangedAt === undefined || passwordChangedAt !== user?.passwordChangedAt)
    throw new AppError("unauthenticated", "Please sign in first.");
  if (RANK[account.role] < RANK[role]) {
    throw new AppError("forbidden", `This is for accounts with the role ${role}; yours is ${account.role}. Ask the site's owner.`);
  }
  return { accountId: id, sid, email: account.email, name: fullName(account), role: account.role, passwordChangedAt };
}
