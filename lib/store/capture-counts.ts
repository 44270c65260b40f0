import type { Db } from "../db/client";
import { beginFlush, type FlushKey } from "./capture-flush";
import type { SiteRef } from "./read-site";

/** One request of those that were counted. */
export type CountedExample = { at: Date; path: string; userAgent: string | null };

/**
 * Adds to what capture counted on the site's local day that holds `at`, by name, and keeps the latest example of each. Nothing is added again under the
 * key of a flush that was stored.
 */
export async function addCaptureCounts(
  db: Db,
  site: SiteRef,
  at: Date,
  amounts: Record<string, number>,
  examples: ReadonlyMap<string, CountedExample> = new Map(),
  flush: FlushKey | null = null,
): Promise<void> {
  const names = Object.keys(amounts).sort();
  if (names.length === 0) return;
  const values = names.map((name) => amounts[name] ?? 0);
  const shown = names.map((name) => JSON.stringify(examples.get(name) ?? null));
  await db.$executeRaw`
    ${beginFlush(flush)}
    INSERT INTO capture_count (site_id, day, name, amount, example)
    SELECT ${site.id}::smallint, (${at}::timestamptz AT TIME ZONE ${site.timezone})::date, counted.name, counted.amount,
      nullif(counted.example, 'null')::jsonb
    FROM flush, unnest(${names}::text[], ${values}::bigint[], ${shown}::text[]) AS counted (name, amount, example)
    ON CONFLICT (site_id, day, name) DO UPDATE
      SET amount = capture_count.amount + EXCLUDED.amount, example = coalesce(EXCLUDED.example, capture_count.example)`;
}
