import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { patchOf } from "./change-settings";
import type { SiteSettings } from "./site-settings";

/** What an owner can change of a site. */
export interface SiteChange {
  name: string;
  timezone: string;
  /** What of the settings changes. */
  settings: Partial<SiteSettings>;
}

/** Whether a site has an event, heartbeats included. */
export async function hasEvents(db: Db, siteId: number): Promise<boolean> {
  return (await db.event.findFirst({ where: { siteId }, select: { id: true } })) !== null;
}

/**
 * Changes a site, and wakes who shows it; settings that are not named stay as they are, whoever else changes those at the same moment. Every day of a site is cut in its zone, so the zone can only change as long as there is no event;
 * else throws an AppError that names `timezone`.
 */
export async function changeSite(db: Db, siteId: number, change: SiteChange): Promise<void> {
  const site = await db.site.findUniqueOrThrow({ where: { id: siteId } });
  if (site.timezone !== change.timezone && (await hasEvents(db, siteId))) {
    throw new AppError("conflict", "The days of this site are already cut in its time zone; it can no longer change.", {
      field: "timezone",
    });
  }
  const { name, timezone, settings } = change;
  await db.$executeRaw`
    UPDATE site SET name = ${name}, timezone = ${timezone}, settings = settings || ${patchOf(settings)}::jsonb WHERE id = ${siteId}`;
  await db.$executeRaw`SELECT pg_notify('footfall', ${String(siteId)})`;
}
