import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import type { Db } from "./client";

const DEFAULT_OWNER = "owner@footfall.local";

/** Sign-in data to show; `password` only when it was generated just now, the one time anyone can read it. */
export type NewOwner = { email: string; password: string | undefined };

/** Makes the site `demo` when there is no site, and the counter row of every site that lacks one. */
export async function ensureFirstSite(db: Db, timezone: string): Promise<void> {
  if ((await db.site.count()) === 0) await db.site.create({ data: { slug: "demo", name: "Demo site", timezone } });
  const sites = await db.site.findMany({ select: { id: true } });
  await db.siteCounter.createMany({ data: sites.map(({ id }) => ({ siteId: id })), skipDuplicates: true });
}

/**
 * Sees to it that somebody can sign in to the dashboard. Without settings: one owner, made once, with a generated password.
 * With a password from the environment: that account is an owner with that password, so a lost one can be set anew.
 * Returns the account if it was made or promoted just now.
 */
export async function ensureOwner(
  db: Db,
  wanted: { email: string | undefined; password: string | undefined },
): Promise<NewOwner | undefined> {
  const owner = await db.account.findFirst({ where: { role: "owner" }, orderBy: { createdAt: "asc" } });
  if (owner && !wanted.password) return undefined;
  const email = (wanted.email ?? owner?.email ?? DEFAULT_OWNER).toLowerCase();
  const account = await db.account.findUnique({ where: { email } });
  const password = wanted.password ?? randomBytes(12).toString("base64url");
  if (account?.role === "owner" && (await verify(account.passwordHash, password))) return undefined;
  const passwordHash = await hash(password);
  if (account) {
    await db.account.update({ where: { email }, data: { role: "owner", passwordHash, passwordChangedAt: new Date() } });
  } else {
    await db.account.create({ data: { email, passwordHash, name: "Owner", surname: "", role: "owner" } });
  }
  return { email, password: wanted.password ? undefined : password };
}
