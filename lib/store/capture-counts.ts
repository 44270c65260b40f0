import type { Db } from "../db/client";
import type { SiteRef } from "./read-site";

/** Adds to what capture counted on the site's local day that holds `at`, by name. */
export async function addCaptureCounts(db: Db, site: SiteRef, at: Date, amounts: Record<string, number>): Promise<void> {
  const names = Object.keys(amounts).sort();
  if (names.length === 0) return;
  const values = names.map((name) => amounts[name] ?? 0);
  await db.$executeRaw`
    INSERT INTO capture_count (site_id, day, name, amount)
    SELECT ${site.id}::smallint, (${at}::timestamptz AT TIME ZONE ${site.timezone})::date, counted.name, counted.amount
    FROM unnest(${names}::text[], ${values}::bigint[]) AS counted (name, amount)
    ON CONFLICT (site_id, day, name) DO UPDATE SET amount = capture_count.amount + excluded.amount`;
}
