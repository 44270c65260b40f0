import type { Db } from "../../db/client";
import { bulkAppend } from "../../store/bulk-append";
import { appendExcluded } from "../../store/excluded";
import { hasVisitorCalled } from "../../store/has-visitor-called";
import type { SiteRef } from "../../store/read-site";
import { type HistoryPlan, inventHistory } from "./invent-history";
import { inventMachines } from "./invent-machines";
import { keyPrefix } from "./people";

export interface SeedOptions extends Omit<HistoryPlan, "timezone"> {
  /** Called with the events written so far, then once more when the numbers are being counted. */
  onProgress?: (events: number, phase: "reading" | "counting") => void;
}

/** Event ids are unique over all sites: each site has its own people. */
const SITE_STEP = 2 ** 32;

const seedOf = (site: SiteRef, seed: number) => seed + site.id * SITE_STEP;

/** Whether somebody of the history with that seed has been on the site. */
export const hasHistory = (db: Db, site: SiteRef, seed: number): Promise<boolean> =>
  hasVisitorCalled(db, site.id, keyPrefix(seedOf(site, seed)));

/**
 * Fills a site with an invented history, as one transaction, through the bulk path: the events, then all sessions and rollups. The same seed and plan give
 * the same events, so that doing it twice with the same `now` changes nothing; with a later one the same people do other things, which are added. The
 * machines' requests are written only with new events.
 */
export async function seedHistory(
  db: Db,
  site: SiteRef,
  { onProgress, ...options }: SeedOptions,
): Promise<{ appended: number; duplicates: number }> {
  const plan = { ...options, seed: seedOf(site, options.seed), timezone: site.timezone };
  const result = await bulkAppend(db, site, inventHistory(plan), { onProgress });
  if (result.appended === 0) return result;
  for (const requests of inventMachines(plan)) await appendExcluded(db, site.id, requests);
  return result;
}
