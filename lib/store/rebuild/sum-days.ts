import type { Client } from "pg";
import { BOUNCE_MS } from "../../metrics/catalogue";
import { isCounted, makeWeeks, type Summing, storeWeeks, sumPersonDays, sumWeeks, type Whom } from "./sum-weeks";
import { withFullPages } from "./with-full-pages";

/*
 * Recomputes every rollup of the days in `rebuild_day` (day, from_at, to_at) from sessions and events. One CTE or statement a thought:
 * who did what in each hour → distinct people by hour, day and week; sums of events; sums of sessions; views by route.
 */

const CLEAR = [
  "DELETE FROM person_hour p USING rebuild_day d WHERE p.site_id = $1::SMALLINT AND p.day = d.day",
  "DELETE FROM rollup_route r USING rebuild_day d WHERE r.site_id = $1::SMALLINT AND r.day = d.day",
  "DELETE FROM rollup r USING rebuild_day d WHERE r.site_id = $1::SMALLINT AND r.grain IN ('hour', 'day') AND r.day = d.day",
  "DELETE FROM rollup r USING rebuild_week w WHERE r.site_id = $1::SMALLINT AND r.grain = 'week' AND r.day = w.day",
];

/** The hours of these days, from 0, in the order of time. */
const HOURS = `
  CREATE TEMP TABLE rebuild_hour ON COMMIT DROP AS
  SELECT row_number() OVER (ORDER BY from_at)::INTEGER AS number, hours.*
  FROM (
    SELECT day, hour::SMALLINT AS hour, from_at + hour * INTERVAL '1 hour' AS from_at, least(from_at + (hour + 1) * INTERVAL '1 hour', to_at) AS to_at
    FROM rebuild_day, generate_series(0, ceil(extract(EPOCH FROM to_at - from_at) / 3600)::INTEGER - 1) AS hour) AS hours`;

/** The events of these days and their sessions, as the tables have them. */
const STORED = `
    SELECT h.number, e.at, e.seq, e.route_id, e.kind, s.person, s.login_at, s.login_seq
    FROM rebuild_hour h JOIN event e ON e.site_id = $1::SMALLINT AND e.at >= h.from_at AND e.at < h.to_at
    JOIN session s ON s.site_id = $1::SMALLINT AND s.id = e.session_id`;
/** The same where all of them were just cut: narrow rows, and no hour is looked for in an index. None of them lies between these days. */
const CUT = `
    SELECT width_bucket(e.at, (SELECT array_agg(from_at ORDER BY number) FROM rebuild_hour)) AS number, e.at, e.seq, e.route_id, e.kind,
      s.person, s.login_at, s.login_seq
    FROM rebuild_event e JOIN rebuild_session s ON s.id = e.session_id`;

/** Each interaction of these days with its hour, its person and whether it is in its session's signed-in part: counted by person and by route in one pass. */
const count = (events: string) => `
  WITH told AS (${events}),
  judged AS (
    SELECT number, person, route_id, kind, coalesce((at, seq) >= (login_at, login_seq), FALSE) AS signed_in FROM told WHERE kind <> 'ping'),
  counted AS (
    SELECT number, person, route_id, count(*) AS interactions, count(*) FILTER (WHERE signed_in) AS si_interactions,
      count(*) FILTER (WHERE kind = 'login') AS logins, count(*) FILTER (WHERE kind = 'register') AS registers,
      count(*) FILTER (WHERE kind = 'view') AS views, count(*) FILTER (WHERE kind = 'view' AND signed_in) AS si_views
    FROM judged GROUP BY GROUPING SETS ((number, person), (number, route_id)))
  INSERT INTO rebuild_count (day, hour, person, route_id, interactions, si_interactions, logins, registers, views, si_views)
  SELECT h.day, h.hour, person, route_id, interactions, si_interactions, logins, registers, views, si_views
  FROM counted JOIN rebuild_hour h USING (number)`;

const PERSON_HOURS = `
  INSERT INTO person_hour (site_id, person, day, hour, interactions, si_interactions, logins, registers)
  SELECT $1::SMALLINT, person, day, hour, interactions, si_interactions, logins, registers FROM rebuild_count WHERE person IS NOT NULL
  ORDER BY day, person, hour`;

const ROUTE_VIEWS = `
  INSERT INTO rollup_route (site_id, grain, day, hour, route_id, views, si_views)
  SELECT $1::SMALLINT, CASE WHEN grouping(hour) = 0 THEN 'hour'::grain ELSE 'day' END, day, coalesce(hour, 0), route_id, sum(views), sum(si_views)
  FROM rebuild_count WHERE route_id IS NOT NULL AND views > 0
  GROUP BY GROUPING SETS ((day, hour, route_id), (day, route_id))`;

const MAKE_PEOPLE = `
  CREATE TEMP TABLE rebuild_people (grain grain, day DATE, hour SMALLINT, actions BIGINT, si_actions BIGINT, users_m BIGINT, users_f BIGINT,
    users_unknown BIGINT, si_users_m BIGINT, si_users_f BIGINT, si_users_unknown BIGINT, new_users BIGINT, repeat_users BIGINT) ON COMMIT DROP`;

const sumPeopleOf = (whom: Whom) => `
  WITH person_day AS (
    SELECT 'hour'::grain AS grain, day, hour, person, interactions, si_interactions, logins, registers, gender
    FROM rebuild_count LEFT JOIN known_user ON known_user.id = person WHERE person IS NOT NULL AND ${isCounted(whom)}
    UNION ALL
    SELECT 'day', day, 0, person, interactions, si_interactions, logins, registers, gender FROM rebuild_person_day JOIN rebuild_day USING (day))
  INSERT INTO rebuild_people
  SELECT grain, day, hour, sum(interactions), sum(si_interactions),
    count(*) FILTER (WHERE gender = 'm'), count(*) FILTER (WHERE gender = 'f'), count(*) FILTER (WHERE coalesce(gender, 'unknown') = 'unknown'),
    count(*) FILTER (WHERE si_interactions > 0 AND gender = 'm'), count(*) FILTER (WHERE si_interactions > 0 AND gender = 'f'),
    count(*) FILTER (WHERE si_interactions > 0 AND coalesce(gender, 'unknown') = 'unknown'),
    count(*) FILTER (WHERE registers > 0), count(*) FILTER (WHERE logins >= 2)
  FROM person_day GROUP BY grain, day, hour`;

const HOURS_AND_DAYS = `
  WITH people AS (
    SELECT grain, day, hour, sum(actions) AS actions, sum(si_actions) AS si_actions, sum(users_m) AS users_m, sum(users_f) AS users_f,
      sum(users_unknown) AS users_unknown, sum(si_users_m) AS si_users_m, sum(si_users_f) AS si_users_f, sum(si_users_unknown) AS si_users_unknown,
      sum(new_users) AS new_users, sum(repeat_users) AS repeat_users
    FROM rebuild_people GROUP BY grain, day, hour),
  begun AS (
    SELECT h.day, h.hour, FALSE AS signed_in, s.interactions,
      epoch_ms(s.ended_at) - epoch_ms(s.started_at) AS duration_ms, epoch_ms(s.converted_at) - epoch_ms(s.started_at) AS conversion_ms
    FROM rebuild_hour h JOIN session s ON s.site_id = $1::SMALLINT AND s.started_at >= h.from_at AND s.started_at < h.to_at
    UNION ALL
    -- A signed-in part begins at the login, which is on the session's first day or, over midnight, on a later one.
    SELECT h.day, h.hour, TRUE, s.signed_in_interactions,
      epoch_ms(s.ended_at) - epoch_ms(s.login_at), epoch_ms(s.signed_in_converted_at) - epoch_ms(s.login_at)
    FROM rebuild_hour h JOIN session s ON s.site_id = $1::SMALLINT AND s.login_at >= h.from_at AND s.login_at < h.to_at),
  sessions AS (
    SELECT CASE WHEN grouping(hour) = 0 THEN 'hour'::grain ELSE 'day' END AS grain, day, coalesce(hour, 0) AS hour,
      count(*) FILTER (WHERE NOT signed_in) AS sessions, sum(interactions) FILTER (WHERE NOT signed_in) AS session_actions,
      sum(duration_ms) FILTER (WHERE NOT signed_in) AS duration_ms, count(*) FILTER (WHERE NOT signed_in AND duration_ms < $2) AS bounces,
      count(conversion_ms) FILTER (WHERE NOT signed_in) AS conversions, sum(conversion_ms) FILTER (WHERE NOT signed_in) AS conversion_ms,
      count(*) FILTER (WHERE signed_in) AS si_sessions, sum(interactions) FILTER (WHERE signed_in) AS si_session_actions,
      sum(duration_ms) FILTER (WHERE signed_in) AS si_duration_ms, count(*) FILTER (WHERE signed_in AND duration_ms < $2) AS si_bounces,
      count(conversion_ms) FILTER (WHERE signed_in) AS si_conversions, sum(conversion_ms) FILTER (WHERE signed_in) AS si_conversion_ms
    FROM begun GROUP BY GROUPING SETS ((day, hour), (day)))
  INSERT INTO rollup (site_id, grain, day, hour, actions, si_actions, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown,
    new_users, repeat_users, sessions, session_actions, duration_ms, bounces, conversions, conversion_ms,
    si_sessions, si_session_actions, si_duration_ms, si_bounces, si_conversions, si_conversion_ms)
  SELECT $1::SMALLINT, grain, day, hour,
    coalesce(actions, 0), coalesce(si_actions, 0), coalesce(users_m, 0), coalesce(users_f, 0), coalesce(users_unknown, 0),
    coalesce(si_users_m, 0), coalesce(si_users_f, 0), coalesce(si_users_unknown, 0), coalesce(new_users, 0), coalesce(repeat_users, 0),
    coalesce(sessions, 0), coalesce(session_actions, 0), coalesce(duration_ms, 0), coalesce(bounces, 0), coalesce(conversions, 0), coalesce(conversion_ms, 0),
    coalesce(si_sessions, 0), coalesce(si_session_actions, 0), coalesce(si_duration_ms, 0), coalesce(si_bounces, 0), coalesce(si_conversions, 0), coalesce(si_conversion_ms, 0)
  FROM people FULL JOIN sessions USING (grain, day, hour)`;

const MAKE_COUNTS = `
  CREATE TEMP TABLE rebuild_count (day DATE, hour SMALLINT, person BIGINT, route_id INTEGER, interactions INTEGER,
    si_interactions INTEGER, logins INTEGER, registers INTEGER, views INTEGER, si_views INTEGER) ON COMMIT DROP`;

/**
 * Lists the hours of the days in `rebuild_day` and the weeks around them, and makes room for what is counted in each: the tables `rebuild_count` (by
 * person or by route), `rebuild_people` and `rebuild_week_people`.
 */
export async function makeCounts(connection: Client): Promise<void> {
  await connection.query(HOURS);
  await connection.query("ANALYZE rebuild_hour");
  await makeWeeks(connection);
  await connection.query(MAKE_COUNTS);
  await connection.query(MAKE_PEOPLE);
}

/** Counts the interactions of these hours, by person and by route: from the tables, or, where it is of everybody, from what a cut left behind. */
export async function countEvents(connection: Client, siteId: number, from: "tables" | "cut"): Promise<void> {
  // Both groupings by hashing: to sort all events for one of them takes longer than to count them.
  await connection.query("SET LOCAL enable_sort = off");
  await (from === "cut" ? connection.query(count(CUT)) : connection.query(count(STORED), [siteId]));
  await connection.query("SET LOCAL enable_sort = on");
  await connection.query("ANALYZE rebuild_count");
}

/** Adds the distinct people of each hour, day and sliding week, of those in `rebuild_count`, to `rebuild_people` and `rebuild_week_people`. */
export async function sumPeople(connection: Client, siteId: number, summing: Summing): Promise<void> {
  await sumPersonDays(connection, siteId, summing);
  await connection.query(sumPeopleOf(summing.whom));
  await sumWeeks(connection);
}

/**
 * Stores the rollups of every day in `rebuild_day`, and of every sliding week that has one of them in it, in the place of what was there: from
 * `rebuild_count`, where a person has one row an hour, the sums of people, and the stored sessions. `many` tells whether this is a history.
 */
export async function storeDays(connection: Client, siteId: number, { many }: { many: boolean }): Promise<void> {
  for (const statement of CLEAR) await connection.query(statement, [siteId]);
  const storeHours = () => connection.query(PERSON_HOURS, [siteId]);
  await (many ? withFullPages(connection, "person_hour", storeHours) : storeHours());
  await connection.query(ROUTE_VIEWS, [siteId]);
  await connection.query(HOURS_AND_DAYS, [siteId, BOUNCE_MS]);
  await storeWeeks(connection, siteId);
}
