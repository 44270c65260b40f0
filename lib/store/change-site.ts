import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { SiteSettings } from "./site-settings";

/** What an owner can change of a site. */
export interface SiteChange {
  name: string;
  timezone: string;
  settings: SiteSettings;
}

/** Whether a site has an event, heartbeats included. */
export async function hasEvents(db: Db, siteId: number): Promise<boolean> {
  return (await db.event.findFirst({ where: { siteId }, select: { id: true } })) !== null;
}

/**
 * Changes a site, and wakes who shows it. Every day of a site is cut in its zone, so the zone can only change as long as there is no event;
 * else throws an AppError that names `timezone`.
 */
export async function changeSite(db: Db, siteId: number, change: SiteChange): Promise<void> {
  const site = await db.site.findUniqueOrThrow({ where: { id: siteId } });
  if (site.timezone !== change.timezone && (await hasEvents(db, siteId))) {
    throw new AppError("conflict", "The days of this site are already cut in its time zone; it can no longer change.", {
      field: "timezone",
    });
  }
  const { name, timezone } = change;
  const settings = { ...(site.settings as object), ...SiteSettings.parse(change.settings) };
  await db.site.update({ where: { id: siteId }, data: { name, timezone, settings } });
  await db.$executeRaw`SELECT pg_notify('footfall', ${String(siteId)})`;
}
