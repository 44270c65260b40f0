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

/** How long a route takes to answer, in milliseconds. */
export interface RouteTimes {
  route: string;
  requests: number;
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
  /** How many of the period's latest requests this is over. */
  requests: number;
  /** Whether the period had more than that. */
  cut: boolean;
  failures: Failure[];
  routes: RouteTimes[];
  vitals: RouteVitals[];
}

/** Percentiles need every row, so a busy period is judged by its latest ones. */
const REQUESTS_READ = 50_000;
const FAILURES_SHOWN = 40;
const ROUTES_SHOWN = 40;

/** How well the site answered in a period: failures by path, response times by route, and what browsers measured. */
export async function readHealth(db: Db | Tx, siteId: number, span: PeriodSpan): Promise<Health> {
  const from = new Date(span.from);
  const to = new Date(span.to);
  const [routes, failures, vitals] = await Promise.all([
    db.$queryRaw<RouteTimes[]>`
      WITH latest AS (
        SELECT route_id, status, duration_ms FROM event
        WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to} AND kind <> 'ping'
        ORDER BY at DESC LIMIT ${REQUESTS_READ})
      SELECT route.pattern AS route, count(*)::float8 AS requests, (count(*) FILTER (WHERE status >= 400))::float8 AS failed,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95,
        percentile_cont(0.99) WITHIN GROUP (ORDER BY duration_ms) AS p99
      FROM latest JOIN route ON route.id = latest.route_id
      GROUP BY route.pattern ORDER BY count(*) DESC, route.pattern`,
    db.$queryRaw<(Omit<Failure, "lastAt"> & { lastAt: Date })[]>`
      WITH latest AS (
        SELECT at, route_id, path, status, referral_id FROM event
        WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to} AND kind <> 'ping'
        ORDER BY at DESC LIMIT ${REQUESTS_READ})
      SELECT coalesce(latest.path, route.pattern) AS path, latest.status::integer AS status, referral.referrer, count(*)::float8 AS requests,
        max(latest.at) AS "lastAt"
      FROM latest JOIN route ON route.id = latest.route_id LEFT JOIN referral ON referral.id = latest.referral_id
      WHERE latest.status >= 400
      GROUP BY 1, 2, 3 ORDER BY count(*) DESC, max(latest.at) DESC
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
  const requests = routes.reduce((sum, route) => sum + route.requests, 0);
  return {
    requests,
    cut: requests >= REQUESTS_READ,
    routes: routes.slice(0, ROUTES_SHOWN),
    failures: failures.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() })),
    vitals,
  };
}
