import type { Db } from "../db/client";

/** Whether a site has a visitor whose key begins so. */
export async function hasVisitorCalled(db: Db, siteId: number, prefix: string): Promise<boolean> {
  return (await db.visitor.findFirst({ where: { siteId, key: { startsWith: prefix } }, select: { id: true } })) !== null;
}
