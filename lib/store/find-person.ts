import { AppError } from "../app-error";
import type { Db } from "../db/client";

/** Who is meant: a user with the browsers known as theirs, or a browser nobody is known behind. */
export interface FoundPerson {
  /** Ids of known_user, and their label; empty for an anonymous visitor. */
  users: { id: bigint; key: string; label: string; gender: string }[];
  visitors: { id: bigint; key: string }[];
  account: { id: string; email: string; name: string; surname: string; gender: string; role: string; createdAt: Date } | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds one person of a site by the e-mail of their account, the key of a user as the events name it, or the key of a visitor. Throws AppError
 * `not-found` (field `person`).
 */
export async function findPerson(db: Db, siteId: number, name: string): Promise<FoundPerson> {
  const wanted = name.trim();
  const select = { id: true, email: true, name: true, surname: true, gender: true, role: true, createdAt: true } as const;
  const found = await db.account.findFirst({
    where: { OR: [{ email: wanted.toLowerCase() }, ...(UUID.test(wanted) ? [{ id: wanted }] : [])] },
    select,
  });
  const visitor = await db.visitor.findFirst({ where: { siteId, key: wanted }, select: { id: true, key: true, knownUserId: true } });
  const keys = [wanted, ...(found ? [found.id] : [])];
  const users = await db.knownUser.findMany({
    where: { siteId, OR: [{ key: { in: keys } }, ...(visitor?.knownUserId ? [{ id: visitor.knownUserId }] : [])] },
    select: { id: true, key: true, label: true, gender: true },
  });
  const known = await db.visitor.findMany({
    where: { siteId, knownUserId: { in: users.map(({ id }) => id) } },
    select: { id: true, key: true },
  });
  const visitors = users.length > 0 ? known : visitor ? [{ id: visitor.id, key: visitor.key }] : [];
  const account =
    found ?? (await db.account.findFirst({ where: { id: { in: users.map(({ key }) => key).filter((key) => UUID.test(key)) } }, select }));
  if (!account && users.length === 0 && visitors.length === 0) {
    throw new AppError("not-found", "person: nobody here has that e-mail address, user key or visitor key.", { field: "person" });
  }
  return { users, visitors, account };
}
