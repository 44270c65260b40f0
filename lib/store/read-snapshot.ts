import type { Db, Tx } from "../db/client";
import { addDays, localDayOf, periodSpan } from "../metrics/calendar";
import type { Lens, MetricValues, Period, Snapshot, SnapshotQuery } from "../metrics/snapshot";
import { dayNumber } from "./day-finder";
import { type BucketSums, type RouteSums, toMetricValues } from "./metric-values";
import { readSite, type Site } from "./read-site";
import { ROLLUP_COLUMNS } from "./rollup-columns";

type RollupRow = BucketSums & { grain: "hour" | "day" | "week"; day: number; hour: number };
type RouteRow = RouteSums & { grain: "hour" | "day"; day: number; hour: number };

interface Buckets {
  rollups: RollupRow[];
  routes: RouteRow[];
}

/**
 * Every metric of a day or a week through a lens, with its series and the period before: docs/metrics.md.
 * One statement over a bounded number of rollup rows, however many events there are. Throws `not-found` for an unknown site.
 */
export async function readSnapshot(db: Db | Tx, query: SnapshotQuery, now: Date): Promise<Snapshot> {
  return readSnapshotOf(db, await readSite(db, query.site), query, now);
}

/** The same for a site already read. */
export async function readSnapshotOf(db: Db | Tx, site: Site, query: Omit<SnapshotQuery, "site">, now: Date): Promise<Snapshot> {
  const date = query.date ?? localDayOf(site.timezone, now.getTime()).date;
  const { period, lens } = query;
  const before = addDays(date, period === "day" ? -1 : -7);
  const span = periodSpan(site.timezone, period, date);
  const spanBefore = periodSpan(site.timezone, period, before);
  const buckets = await readBuckets(db, site.id, period, dayNumber(date));
  return {
    site: site.slug,
    period,
    date,
    timezone: site.timezone,
    lens,
    asOf: now.toISOString(),
    ...isoSpan(span),
    metrics: valuesOf(buckets, period, dayNumber(date), lens),
    previous: { ...isoSpan(spanBefore), metrics: valuesOf(buckets, period, dayNumber(before), lens) },
    series: seriesOf(buckets, period, dayNumber(date), lens, span.buckets),
  };
}

const isoSpan = ({ from, to }: { from: number; to: number }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

async function readBuckets(db: Db | Tx, siteId: number, period: Period, day: number): Promise<Buckets> {
  const isDay = period === "day";
  const firstDay = isDay ? day - 1 : day - 13;
  const rows = await db.$queryRaw<{ rollups: RollupRow[] | null; routes: RouteRow[] | null }[]>`
    WITH wanted AS (
      SELECT 'hour'::grain AS grain, ${day}::integer AS day WHERE ${isDay}
      UNION ALL SELECT 'day', generate_series(${firstDay}::integer, ${day}::integer)
      UNION ALL SELECT 'week', unnest(ARRAY[${day}::integer, ${day - 7}::integer]) WHERE NOT ${isDay}),
    rollups AS (
      SELECT wanted.day, to_jsonb(r) - 'site_id' AS row
      FROM wanted JOIN rollup r ON r.site_id = ${siteId}::smallint AND r.grain = wanted.grain AND r.day = DATE 'epoch' + wanted.day),
    routes AS (
      SELECT json_build_object('grain', r.grain, 'day', wanted.day, 'hour', r.hour, 'route', route.pattern, 'views', r.views, 'si_views', r.si_views) AS row
      FROM wanted
      JOIN rollup_route r ON r.site_id = ${siteId}::smallint AND r.grain = wanted.grain AND r.day = DATE 'epoch' + wanted.day
      JOIN route ON route.id = r.route_id
      WHERE r.views <> 0)
    SELECT (SELECT jsonb_agg(row || jsonb_build_object('day', day)) FROM rollups) AS rollups, (SELECT json_agg(row) FROM routes) AS routes`;
  return { rollups: rows[0]?.rollups ?? [], routes: rows[0]?.routes ?? [] };
}

/** A whole period that ends with `day`. */
function valuesOf({ rollups, routes }: Buckets, period: Period, day: number, lens: Lens): MetricValues {
  const first = period === "day" ? day : day - 6;
  const inSpan = (row: { grain: string; day: number }) => row.grain === "day" && row.day >= first && row.day <= day;
  const sums = sumOf(rollups.filter(inSpan));
  const people = sumOf(rollups.filter((row) => row.grain === period && row.day === day));
  return toMetricValues(sums, people, sumRoutes(routes.filter(inSpan)), lens);
}

/** The buckets of a period: hours of its day, or days of its week. */
function seriesOf(
  { rollups, routes }: Buckets,
  period: Period,
  day: number,
  lens: Lens,
  spans: readonly { from: number }[],
): Snapshot["series"] {
  return spans.map(({ from }, index) => {
    const isBucket = (row: { grain: string; day: number; hour: number }) =>
      period === "day" ? row.grain === "hour" && row.hour === index : row.grain === "day" && row.day === day - 6 + index;
    const sums = sumOf(rollups.filter(isBucket));
    return { at: new Date(from).toISOString(), ...toMetricValues(sums, sums, sumRoutes(routes.filter(isBucket)), lens) };
  });
}

function sumOf(rows: readonly RollupRow[]): BucketSums {
  return Object.fromEntries(ROLLUP_COLUMNS.map((column) => [column, rows.reduce((sum, row) => sum + row[column], 0)])) as BucketSums;
}

function sumRoutes(rows: readonly RouteRow[]): RouteSums[] {
  const routes = new Map<string, RouteSums>();
  for (const { route, views, si_views } of rows) {
    const sums = routes.get(route) ?? { route, views: 0, si_views: 0 };
    routes.set(route, { route, views: sums.views + views, si_views: sums.si_views + si_views });
  }
  return [...routes.values()];
}
