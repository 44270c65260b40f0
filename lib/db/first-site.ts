import type { Db } from "./client";

/** Makes the site `demo` when there is no site, and the counter row of every site that lacks one. */
export async function ensureFirstSite(db: Db, timezone: string): Promise<void> {
  if ((await db.site.count()) === 0) await db.site.create({ data: { slug: "demo", name: "Demo site", timezone } });
  const sites = await db.site.findMany({ select: { id: true } });
  await db.siteCounter.createMany({ data: sites.map(({ id }) => ({ siteId: id })), skipDuplicates: true });
}
