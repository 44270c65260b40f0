import type { Db } from "../db/client";
import type { LocalDay, PeriodSpan } from "../metrics/calendar";
import { addToBucket, BUCKET_GROWTH, type Histogram } from "./histogram";
import type { Site } from "./read-site";

/** How long answering took. */
export interface ResponseTimes {
  /** Of every route, by its id. */
  byRoute: Map<number, Histogram>;
  /** The first local date that is in it: later than the period's where there was no time to sum all of that. */
  from: string;
}

type SiteDays = Pick<Site, "id" | "eventsFrom">;
type StaleHour = { date: string; hour: number; actions: number };

/** Past it no further day is begun, after one: who asks again finds what was summed so far, and more. */
const PATIENCE_MS = 3_000;
const HOUR_S = 3_600;
/** Shorter than anything is answered. */
const SHORTEST_MS = 0.01;

/**
 * How long answering took in a period, over every request in it that the server saw. Each hour is summed from its events once, and again when
 * events have come to it since, so only what is new is read. Days whose events are forgotten keep what was summed before.
 */
export async function readResponseTimes(db: Db, site: SiteDays, { days }: PeriodSpan, patienceMs = PATIENCE_MS): Promise<ResponseTimes> {
  const last = days.at(-1)?.date ?? "";
  let from = days[0]?.date ?? "";
  const stale = await findStaleHours(db, site, from, last);
  const began = performance.now();
  let summed = 0;
  for (const [index, day] of [...days].reverse().entries()) {
    const hours = stale.filter(({ date }) => date === day.date);
    if (hours.length === 0) continue;
    if (summed > 0 && performance.now() - began >= patienceMs) {
      from = days[days.length - index]?.date ?? last;
      break;
    }
    await sumHours(db, site.id, day, hours);
    summed += 1;
  }
  return { byRoute: await readSummed(db, site.id, from, last), from };
}

/** Hours whose number of interactions, which is the dashboard's, is another one than when they were summed. */
function findStaleHours(db: Db, { id, eventsFrom }: SiteDays, first: string, last: string): Promise<StaleHour[]> {
  return db.$queryRaw<StaleHour[]>`
    SELECT rollup.day::text AS date, rollup.hour::integer AS hour, rollup.actions
    FROM rollup LEFT JOIN response_hour AS summed
      ON summed.site_id = rollup.site_id AND summed.day = rollup.day AND summed.hour = rollup.hour
    WHERE rollup.site_id = ${id}::smallint AND rollup.grain = 'hour'
      AND rollup.day BETWEEN greatest(${first}::date, ${eventsFrom ?? first}::date) AND ${last}::date
      AND rollup.actions IS DISTINCT FROM summed.actions`;
}

/** Sums the hours of a day from its events, in one pass from the first of them to the last. */
async function sumHours(db: Db, siteId: number, day: LocalDay, stale: readonly StaleHour[]): Promise<void> {
  const hours = stale.map(({ hour }) => hour);
  const actions = stale.map((each) => each.actions);
  const from = new Date(day.from + Math.min(...hours) * HOUR_S * 1_000);
  const to = new Date(Math.min(day.to, day.from + (Math.max(...hours) + 1) * HOUR_S * 1_000));
  await db.$executeRaw`
    WITH timed AS (
      SELECT floor(extract(epoch FROM at - ${new Date(day.from)}::timestamptz) / ${HOUR_S}::integer)::smallint AS hour, route_id,
        ceil(ln(greatest(duration_ms, ${SHORTEST_MS}::real)::float8) / ln(${BUCKET_GROWTH}::float8))::integer AS bucket
      FROM event
      WHERE site_id = ${siteId}::smallint AND at >= ${from} AND at < ${to} AND kind <> 'ping' AND duration_ms IS NOT NULL),
    counted AS (SELECT hour, route_id, bucket, count(*) AS requests FROM timed GROUP BY 1, 2, 3),
    by_route AS (SELECT hour, route_id, jsonb_object_agg(bucket, requests) AS buckets FROM counted GROUP BY 1, 2),
    by_hour AS (SELECT hour, jsonb_object_agg(route_id, buckets) AS routes FROM by_route GROUP BY 1)
    INSERT INTO response_hour (site_id, day, hour, actions, routes)
    SELECT ${siteId}::smallint, ${day.date}::date, stale.hour, stale.actions, coalesce(by_hour.routes, '{}')
    FROM unnest(${hours}::smallint[], ${actions}::integer[]) AS stale (hour, actions) LEFT JOIN by_hour ON by_hour.hour = stale.hour
    ORDER BY stale.hour
    ON CONFLICT (site_id, day, hour) DO UPDATE SET actions = EXCLUDED.actions, routes = EXCLUDED.routes`;
}

async function readSummed(db: Db, siteId: number, first: string, last: string): Promise<Map<number, Histogram>> {
  const rows = await db.$queryRaw<{ routeId: number; bucket: number; requests: number }[]>`
    SELECT route.key::integer AS "routeId", bucket.key::integer AS bucket, sum(bucket.value::bigint)::float8 AS requests
    FROM response_hour AS summed JOIN rollup USING (site_id, day, hour),
      jsonb_each(summed.routes) AS route, jsonb_each_text(route.value) AS bucket
    WHERE summed.site_id = ${siteId}::smallint AND summed.day BETWEEN ${first}::date AND ${last}::date AND rollup.grain = 'hour'
    GROUP BY 1, 2`;
  const byRoute = new Map<number, Histogram>();
  for (const { routeId, bucket, requests } of rows) {
    const histogram = byRoute.get(routeId) ?? new Map<number, number>();
    addToBucket(histogram, bucket, requests);
    byRoute.set(routeId, histogram);
  }
  return byRoute;
}
