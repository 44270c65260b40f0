import type { Db, Tx } from "../db/client";
import type { PeriodSpan } from "../metrics/calendar";

/** Pages that failed: by what was asked, the status, and where the visitor came from. */
export interface Failure {
  path: string;
  status: number;
  referrer: string | null;
  requests: number;
  /** UTC instant of the latest. */
  lastAt: string;
}

/** How often a route was viewed in the period, how often that failed, and how long it takes to answer, in milliseconds. */
export interface RouteTimes {
  route: string;
  views: number;
  /** Of those, with a status of 400 and up. */
  failed: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** What visitors' browsers measured of a route, at the 75th percentile. Milliseconds; `cls` has no unit, `scroll` is percent of the page. */
export interface RouteVitals {
  route: string;
  views: number;
  lcpMs: number | null;
  inpMs: number | null;
  cls: number | null;
  fcpMs: number | null;
  ttfbMs: number | null;
  scroll: number | null;
}

export interface Health {
  /** Over how many of the period's latest requests the percentiles are. */
  timed: number;
  /** Whether the period had more than that. */
  cut: boolean;
  failures: Failure[];
  routes: RouteTimes[];
  vitals: RouteVitals[];
}

/** Percentiles need every row, so those of a busy period are of its latest ones. Views and failures are of the whole. */
const REQUESTS_READ = 50_000;
const FAILURES_SHOWN = 40;
const ROUTES_SHOWN = 40;

/** How well the site answered in a period: failures by path, response times by route, and what browsers measured. */
export async function readHealth(db: Db | Tx, siteId: number, span: PeriodSpan): Promise<Health> {
  const from = new Date(span.from);
  const to = new Date(span.to);
  const [routes, failures, vitals] = await Promise.all([
    db.$queryRaw<(RouteTimes & { timed: number })[]>`
      WITH latest AS (
        SELECT route_id, duration_ms FROM event
        WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to} AND kind <> 'ping'
        ORDER BY at DESC LIMIT ${REQUESTS_READ}),
      times AS (
        SELECT route_id, count(*)::float8 AS timed,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
          percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95,
          percentile_cont(0.99) WITHIN GROUP (ORDER BY duration_ms) AS p99
        FROM latest GROUP BY route_id),
      viewed AS (
        SELECT route_id, sum(views)::float8 AS views FROM rollup_route
        WHERE site_id = ${siteId}::smallint AND grain = 'day' AND day BETWEEN ${span.days[0]?.date}::date AND ${span.days.at(-1)?.date}::date
        GROUP BY route_id),
      failures AS (
        SELECT route_id, count(*)::float8 AS failed FROM event
        WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to} AND status >= 400 AND kind = 'view'
        GROUP BY route_id)
      SELECT route.pattern AS route, coalesce(viewed.views, 0) AS views, coalesce(failures.failed, 0) AS failed,
        coalesce(times.timed, 0) AS timed, times.p50, times.p95, times.p99
      FROM viewed FULL JOIN times ON times.route_id = viewed.route_id
      JOIN route ON route.id = coalesce(viewed.route_id, times.route_id)
      LEFT JOIN failures ON failures.route_id = route.id
      WHERE coalesce(viewed.views, 0) > 0 OR times.timed > 0
      ORDER BY 2 DESC, route.pattern`,
    db.$queryRaw<(Omit<Failure, "lastAt"> & { lastAt: Date })[]>`
      SELECT coalesce(event.path, route.pattern) AS path, event.status::integer AS status, referral.referrer, count(*)::float8 AS requests,
        max(event.at) AS "lastAt"
      FROM event JOIN route ON route.id = event.route_id LEFT JOIN referral ON referral.id = event.referral_id
      WHERE event.site_id = ${siteId}::smallint AND event.at >= ${from} AND event.at < ${to} AND event.status >= 400
      GROUP BY 1, 2, 3 ORDER BY count(*) DESC, max(event.at) DESC
      LIMIT ${FAILURES_SHOWN}`,
    db.$queryRaw<RouteVitals[]>`
      WITH latest AS (
        SELECT * FROM page_vital WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to}
        ORDER BY at DESC LIMIT ${REQUESTS_READ})
      SELECT route, count(*)::float8 AS views,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY lcp_ms) AS "lcpMs", percentile_cont(0.75) WITHIN GROUP (ORDER BY inp_ms) AS "inpMs",
        percentile_cont(0.75) WITHIN GROUP (ORDER BY cls) AS cls, percentile_cont(0.75) WITHIN GROUP (ORDER BY fcp_ms) AS "fcpMs",
        percentile_cont(0.75) WITHIN GROUP (ORDER BY ttfb_ms) AS "ttfbMs", percentile_cont(0.5) WITHIN GROUP (ORDER BY scroll) AS scroll
      FROM latest GROUP BY route ORDER BY count(*) DESC, route LIMIT ${ROUTES_SHOWN}`,
  ]);
  const timed = routes.reduce((sum, route) => sum + route.timed, 0);
  return {
    timed,
    cut: timed >= REQUESTS_READ,
    routes: routes.slice(0, ROUTES_SHOWN).map(({ timed: _, ...route }) => route),
    failures: failures.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() })),
    vitals,
  };
}
