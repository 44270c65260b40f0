import type { Db } from "../db/client";
import type { PeriodSpan } from "../metrics/calendar";
import { type Histogram, quantileOf, sizeOf } from "./histogram";
import type { Site } from "./read-site";
import { readResponseTimes } from "./response-times";

/** Pages that failed: by what was asked, the status, and where the visitor came from. */
export interface Failure {
  path: string;
  status: number;
  referrer: string | null;
  requests: number;
  /** UTC instant of the latest. */
  lastAt: string;
}

/** How often a route was viewed in the period, how often that failed, and how long it takes to answer, in milliseconds to within 2 %. */
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
  /** How many requests the response times are of, and the first local date of them; later than the period's while older days are not summed yet. */
  timed: { requests: number; from: string };
  failures: Failure[];
  routes: RouteTimes[];
  vitals: RouteVitals[];
  /** UTC instant from which on page views were measured, where the period has more of them than are read; else null. */
  vitalsSince: string | null;
}

/** What browsers measured of a busy period is of its latest page views. */
const MEASURED_READ = 50_000;
const FAILURES_SHOWN = 40;
const ROUTES_SHOWN = 40;

type RouteViews = { id: number; route: string; views: number; failed: number };
type MeasuredRoute = RouteVitals & { read: number; since: Date };

/** How well the site answered in a period: failures by path, response times by route, and what browsers measured. */
export async function readHealth(db: Db, site: Pick<Site, "id" | "eventsFrom">, span: PeriodSpan): Promise<Health> {
  const [times, views, failures, measured] = await Promise.all([
    readResponseTimes(db, site, span),
    readViews(db, site.id, span),
    readFailures(db, site.id, span),
    readVitals(db, site.id, span),
  ]);
  const cut = measured[0] !== undefined && measured[0].read >= MEASURED_READ;
  return {
    timed: { requests: [...times.byRoute.values()].reduce((sum, histogram) => sum + sizeOf(histogram), 0), from: times.from },
    failures: failures.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() })),
    routes: views
      .filter(({ id, views }) => views > 0 || times.byRoute.has(id))
      .slice(0, ROUTES_SHOWN)
      .map(({ id, ...route }) => ({ ...route, ...percentilesOf(times.byRoute.get(id) ?? new Map()) })),
    vitals: measured.map(({ read: _read, since: _since, ...vitals }) => vitals),
    vitalsSince: cut ? (measured[0]?.since.toISOString() ?? null) : null,
  };
}

const percentilesOf = (histogram: Histogram) => ({
  p50: quantileOf(histogram, 0.5),
  p95: quantileOf(histogram, 0.95),
  p99: quantileOf(histogram, 0.99),
});

const readViews = (db: Db, siteId: number, { from, to, days }: PeriodSpan) => db.$queryRaw<RouteViews[]>`
  WITH viewed AS (
    SELECT route_id, sum(views)::float8 AS views FROM rollup_route
    WHERE site_id = ${siteId}::smallint AND grain = 'day' AND day BETWEEN ${days[0]?.date}::date AND ${days.at(-1)?.date}::date
    GROUP BY route_id),
  failures AS (
    SELECT route_id, count(*)::float8 AS failed FROM event
    WHERE site_id = ${siteId}::smallint AND at >= ${new Date(from)} AND at < ${new Date(to)} AND status >= 400 AND kind = 'view'
    GROUP BY route_id)
  SELECT route.id, route.pattern AS route, coalesce(viewed.views, 0) AS views, coalesce(failures.failed, 0) AS failed
  FROM route LEFT JOIN viewed ON viewed.route_id = route.id LEFT JOIN failures ON failures.route_id = route.id
  WHERE route.site_id = ${siteId}::smallint
  ORDER BY views DESC, route.pattern`;

const readFailures = (db: Db, siteId: number, { from, to }: PeriodSpan) => db.$queryRaw<(Omit<Failure, "lastAt"> & { lastAt: Date })[]>`
  SELECT coalesce(event.path, route.pattern) AS path, event.status::integer AS status, referral.referrer, count(*)::float8 AS requests,
    max(event.at) AS "lastAt"
  FROM event JOIN route ON route.id = event.route_id LEFT JOIN referral ON referral.id = event.referral_id
  WHERE event.site_id = ${siteId}::smallint AND event.at >= ${new Date(from)} AND event.at < ${new Date(to)} AND event.status >= 400
  GROUP BY 1, 2, 3 ORDER BY count(*) DESC, max(event.at) DESC
  LIMIT ${FAILURES_SHOWN}`;

const readVitals = (db: Db, siteId: number, { from, to }: PeriodSpan) => db.$queryRaw<MeasuredRoute[]>`
  WITH latest AS (
    SELECT * FROM page_vital WHERE site_id = ${siteId}::smallint AND at >= ${new Date(from)} AND at < ${new Date(to)}
    ORDER BY at DESC LIMIT ${MEASURED_READ})
  SELECT route, count(*)::float8 AS views,
    percentile_cont(0.75) WITHIN GROUP (ORDER BY lcp_ms) AS "lcpMs", percentile_cont(0.75) WITHIN GROUP (ORDER BY inp_ms) AS "inpMs",
    percentile_cont(0.75) WITHIN GROUP (ORDER BY cls) AS cls, percentile_cont(0.75) WITHIN GROUP (ORDER BY fcp_ms) AS "fcpMs",
    percentile_cont(0.75) WITHIN GROUP (ORDER BY ttfb_ms) AS "ttfbMs", percentile_cont(0.5) WITHIN GROUP (ORDER BY scroll) AS scroll,
    (sum(count(*)) OVER ())::float8 AS read, min(min(at)) OVER () AS since
  FROM latest GROUP BY route ORDER BY count(*) DESC, route LIMIT ${ROUTES_SHOWN}`;
