import type { Db } from "../db/client";
import { SiteSettings } from "./site-settings";

/** Changes some of a site's settings and leaves the others as they are, whoever else changes those at the same moment. */
export async function changeSettings(db: Db, siteId: number, changed: Partial<SiteSettings>): Promise<void> {
  const names = Object.keys(changed) as (keyof SiteSettings)[];
  const valid = SiteSettings.parse(changed);
  const patch = Object.fromEntries(names.map((name) => [name, valid[name]]));
  await db.$executeRaw`UPDATE site SET settings = settings || ${JSON.stringify(patch)}::jsonb WHERE id = ${siteId}`;
}
