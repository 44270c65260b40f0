import type { ExclusionCategory } from "../capture/reasons";
import type { Db, Tx } from "../db/client";
import type { PeriodSpan } from "../metrics/calendar";
import type { SiteRef } from "./read-site";

/** How one local day's traffic was sorted. */
export interface QualityDay {
  /** ISO date in the site's zone. */
  date: string;
  /** Interactions of people: the `actions` of docs/metrics.md. */
  counted: number;
  bots: number;
  aiAgents: number;
  prefetches: number;
  own: number;
  excluded: number;
  dropped: number;
}

type Row = { date: string; name: string; amount: number };

/** The same figures as `readQuality`, for each day of a period. */
export async function readQualityDays(db: Db | Tx, site: SiteRef, span: PeriodSpan): Promise<QualityDay[]> {
  const first = span.days[0]?.date ?? "";
  const last = span.days.at(-1)?.date ?? "";
  const rows = await db.$queryRaw<Row[]>`
    SELECT day::text AS date, 'event' AS name, actions::float8 AS amount
    FROM rollup
    WHERE site_id = ${site.id}::smallint AND grain = 'day' AND day BETWEEN ${first}::date AND ${last}::date
    UNION ALL
    SELECT day::text AS date, split_part(name, ':', 1) AS name, sum(amount)::float8 AS amount
    FROM capture_count
    WHERE site_id = ${site.id}::smallint AND day BETWEEN ${first}::date AND ${last}::date
      AND (name LIKE 'dropped:%' OR name = 'ignored:prefetch')
    GROUP BY 1, 2
    UNION ALL
    SELECT (at AT TIME ZONE ${site.timezone})::date::text AS date, category AS name, count(*)::float8 AS amount
    FROM excluded_event
    WHERE site_id = ${site.id}::smallint AND at >= ${new Date(span.from)} AND at < ${new Date(span.to)}
    GROUP BY 1, 2`;
  return span.days.map(({ date }) => {
    const of = (...names: (ExclusionCategory | "event" | "ignored" | "dropped")[]) =>
      rows.reduce((sum, row) => (row.date === date && (names as string[]).includes(row.name) ? sum + row.amount : sum), 0);
    return {
      date,
      counted: of("event"),
      bots: of("bot"),
      aiAgents: of("ai-agent"),
      prefetches: of("prefetch", "ignored"),
      own: of("own-traffic"),
      excluded: of("excluded"),
      dropped: of("dropped"),
    };
  });
}
