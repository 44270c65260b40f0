import { AppError } from "../app-error";
import type { Db, Tx } from "../db/client";
import { localDay } from "../metrics/calendar";
import { SiteSettings } from "./site-settings";

/** What the store needs to know of a site to write to it. */
export interface SiteRef {
  id: number;
  /** IANA zone of its days. */
  timezone: string;
}

export interface Site extends SiteRef {
  slug: string;
  name: string;
  settings: SiteSettings;
  /** The first local date of which every event is kept; null when none was ever forgotten. */
  eventsFrom: string | null;
}

/** The site with that slug. Throws `not-found` that names the field `site`. */
export async function readSite(db: Db | Tx, slug: string): Promise<Site> {
  // The database refuses a text with NUL, and no slug has one.
  const row = slug.includes("\0") ? null : await db.site.findUnique({ where: { slug } });
  if (!row) throw new AppError("not-found", `site: there is no site "${slug}".`, { field: "site" });
  const { id, name, timezone, eventsFrom } = row;
  return {
    id,
    slug,
    name,
    timezone,
    settings: SiteSettings.parse(row.settings),
    eventsFrom: eventsFrom?.toISOString().slice(0, 10) ?? null,
  };
}

/** From when on a site keeps every event: the local date and the instant it begins; null when none was ever forgotten. */
export function keptFrom({ eventsFrom, timezone }: Pick<Site, "eventsFrom" | "timezone">): { date: string; at: Date } | null {
  return eventsFrom === null ? null : { date: eventsFrom, at: new Date(localDay(timezone, eventsFrom).from) };
}
