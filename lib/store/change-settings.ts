import type { Db } from "../db/client";
import { SiteSettings } from "./site-settings";

/** Some of a site's settings as JSON to put over the stored ones, each valid and in its canonical form; none that was not given. */
export function patchOf(changed: Partial<SiteSettings>): string {
  const names = Object.keys(changed) as (keyof SiteSettings)[];
  const valid = SiteSettings.parse(changed);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, valid[name]])));
}

/** Changes some of a site's settings and leaves the others as they are, whoever else changes those at the same moment. */
export async function changeSettings(db: Db, siteId: number, changed: Partial<SiteSettings>): Promise<void> {
  await db.$executeRaw`UPDATE site SET settings = settings || ${patchOf(changed)}::jsonb WHERE id = ${siteId}`;
}
