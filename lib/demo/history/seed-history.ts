import type { NewEvent } from "../../capture/event";
import type { ExcludedRequest } from "../../capture/reasons";
import type { Db } from "../../db/client";
import { bulkAppend } from "../../store/bulk-append";
import { appendExcluded } from "../../store/excluded";
import type { SiteRef } from "../../store/read-site";
import { type HistoryPlan, inventHistory } from "./invent-history";

export interface SeedOptions extends Omit<HistoryPlan, "timezone"> {
  /** Called with the events written so far, then once more when the numbers are being counted. */
  onProgress?: (events: number, phase: "reading" | "counting") => void;
}

const EXCLUDED_AT_ONCE = 5_000;
/** Event ids are unique over all sites: each site has its own people. */
const SITE_STEP = 2 ** 32;

/**
 * Fills a site with an invented history, as one transaction, through the bulk path: the events, then all sessions and rollups. The same
 * seed and plan give the same events, so doing it twice changes nothing; the machines' requests are written only with new events.
 */
export async function seedHistory(
  db: Db,
  site: SiteRef,
  { onProgress, ...plan }: SeedOptions,
): Promise<{ appended: number; duplicates: number }> {
  const excluded: ExcludedRequest[] = [];
  function* batches(): Generator<NewEvent[]> {
    for (const batch of inventHistory({ ...plan, seed: plan.seed + site.id * SITE_STEP, timezone: site.timezone })) {
      excluded.push(...batch.excluded);
      yield batch.events;
    }
  }
  const result = await bulkAppend(db, site, batches(), { onProgress });
  if (result.appended === 0) return result;
  for (let at = 0; at < excluded.length; at += EXCLUDED_AT_ONCE)
    await appendExcluded(db, site.id, excluded.slice(at, at + EXCLUDED_AT_ONCE));
  return result;
}
