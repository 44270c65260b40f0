import type { ExclusionCategory } from "../capture/reasons";
import type { Db, Tx } from "../db/client";
import type { PeriodSpan } from "../metrics/calendar";

/** One cause for leaving requests out, and how often it came. */
export interface ExclusionReason {
  category: ExclusionCategory;
  reason: string;
  requests: number;
  /** UTC instant of the latest. */
  lastAt: string;
  /** The latest one, as an example. */
  path: string;
  userAgent: string | null;
}

/** What capture made of a site's traffic in a period. */
export interface Quality {
  /** Interactions of people: the `actions` of docs/metrics.md. */
  interactions: number;
  /** What capture counted beside them, by name: `ignored:prefetch`, `dropped:buffer-full`, `excluded:bot`, `folded:…`. */
  counts: Record<string, Counted>;
  /** Requests kept apart, by category: from the stored rows. */
  excluded: Partial<Record<ExclusionCategory, number>>;
  /** The most frequent causes first. */
  reasons: ExclusionReason[];
}

/** How many requests a counter counted, and the latest of them where there is an example. */
export interface Counted {
  amount: number;
  example: { at: string; path: string; userAgent: string | null } | null;
}

const REASONS_SHOWN = 40;

/** How a site's traffic was sorted in a period: what counted, what was left out, and why. */
export async function readQuality(db: Db | Tx, siteId: number, span: PeriodSpan): Promise<Quality> {
  const first = span.days[0]?.date ?? "";
  const last = span.days.at(-1)?.date ?? "";
  const [interactions, counts, categories, reasons] = await Promise.all([
    db.$queryRaw<{ actions: number }[]>`
      SELECT coalesce(sum(actions), 0)::float8 AS actions FROM rollup
      WHERE site_id = ${siteId}::smallint AND grain = 'day' AND day BETWEEN ${first}::date AND ${last}::date`,
    db.$queryRaw<(Counted & { name: string })[]>`
      SELECT name, sum(amount)::float8 AS amount, (array_agg(example ORDER BY day DESC) FILTER (WHERE example IS NOT NULL))[1] AS example
      FROM capture_count WHERE site_id = ${siteId}::smallint AND day BETWEEN ${first}::date AND ${last}::date
      GROUP BY name ORDER BY name`,
    db.$queryRaw<{ category: ExclusionCategory; requests: number }[]>`
      SELECT category, count(*)::float8 AS requests
      FROM excluded_event WHERE site_id = ${siteId}::smallint AND at >= ${new Date(span.from)} AND at < ${new Date(span.to)}
      GROUP BY category`,
    db.$queryRaw<(Omit<ExclusionReason, "lastAt"> & { lastAt: Date })[]>`
      SELECT category, reason, count(*)::float8 AS requests, max(at) AS "lastAt",
        (array_agg(path ORDER BY at DESC))[1] AS path, (array_agg(user_agent ORDER BY at DESC))[1] AS "userAgent"
      FROM excluded_event WHERE site_id = ${siteId}::smallint AND at >= ${new Date(span.from)} AND at < ${new Date(span.to)}
      GROUP BY category, reason
      ORDER BY count(*) DESC, category, reason
      LIMIT ${REASONS_SHOWN}`,
  ]);
  return {
    interactions: interactions[0]?.actions ?? 0,
    counts: Object.fromEntries(counts.map(({ name, ...counted }) => [name, counted])),
    excluded: Object.fromEntries(categories.map(({ category, requests }) => [category, requests])),
    reasons: reasons.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() })),
  };
}
