import type { Client } from "pg";
import { WEEK_DAYS } from "../distinct-deltas";

const WEEKS = `
  CREATE TEMP TABLE rebuild_week ON COMMIT DROP AS
  SELECT DISTINCT day + ahead AS day FROM rebuild_day, generate_series(0, ${WEEK_DAYS - 1}) AS ahead`;

/*
 * Distinct people of each sliding week that has one of these days in it, from what they did in its seven days. Somebody who was there on a day counts
 * in the week that ends with it and in the six after it, or until they come again: so a day adds one where it begins and takes one away where it
 * ends, and a running sum is the count of every week. Only second sign-ins have to be looked for week by week.
 */
const PERSON_DAYS = `
  CREATE TEMP TABLE rebuild_person_day ON COMMIT DROP AS
  WITH done AS (
    SELECT day, person, si_interactions, registers, logins FROM rebuild_count WHERE person IS NOT NULL
    UNION ALL
    SELECT day, person, si_interactions, registers, logins FROM person_hour WHERE site_id = $1::SMALLINT AND day = ANY ($2::DATE[])),
  person_day AS (
    SELECT day, person, sum(si_interactions) > 0 AS signed_in, sum(registers) > 0 AS registered, sum(logins) AS logins
    FROM done GROUP BY day, person)
  SELECT person_day.*, coalesce(u.gender, 'unknown') AS gender FROM person_day LEFT JOIN known_user u ON u.id = person`;

/** The days beside these that lie in a sliding week with one of them. */
const DAYS_BESIDE = `
  SELECT array_agg(day)::text AS days
  FROM (SELECT DISTINCT day - back AS day FROM rebuild_week, generate_series(0, ${WEEK_DAYS - 1}) AS back EXCEPT SELECT day FROM rebuild_day) AS beside`;

/** From when until when each day of a person counts, of those that a condition holds for. */
const presence = (kind: string, condition: string) => `
    SELECT '${kind}' AS kind, gender, day AS begins, least(day + ${WEEK_DAYS}, lead(day) OVER (PARTITION BY person ORDER BY day)) AS ends
    FROM rebuild_person_day WHERE ${condition}`;
const running = (condition: string) => `coalesce(sum(sum(change) FILTER (WHERE ${condition})) OVER (ORDER BY day), 0)`;

const WEEK_PEOPLE = `
  WITH presence AS (${presence("all", "TRUE")} UNION ALL ${presence("signed in", "signed_in")} UNION ALL ${presence("registered", "registered")}),
  edge AS (
    SELECT begins AS day, kind, gender, 1 AS change FROM presence
    UNION ALL SELECT ends, kind, gender, -1 FROM presence
    UNION ALL SELECT day, 'all', 'unknown', 0 FROM rebuild_week),
  week AS (
    SELECT day,
      ${running("kind = 'all' AND gender = 'm'")} AS users_m, ${running("kind = 'all' AND gender = 'f'")} AS users_f,
      ${running("kind = 'all' AND gender = 'unknown'")} AS users_unknown,
      ${running("kind = 'signed in' AND gender = 'm'")} AS si_users_m, ${running("kind = 'signed in' AND gender = 'f'")} AS si_users_f,
      ${running("kind = 'signed in' AND gender = 'unknown'")} AS si_users_unknown, ${running("kind = 'registered'")} AS new_users
    FROM edge GROUP BY day),
  repeated AS (
    SELECT day, count(*) AS repeat_users
    FROM (
      SELECT w.day FROM rebuild_week w JOIN rebuild_person_day p ON p.logins > 0 AND p.day BETWEEN w.day - ${WEEK_DAYS - 1} AND w.day
      GROUP BY w.day, p.person HAVING sum(p.logins) >= 2) AS person_week
    GROUP BY day)
  INSERT INTO rollup (site_id, grain, day, hour, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, repeat_users)
  SELECT $1::SMALLINT, 'week', day, 0, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, coalesce(repeat_users, 0)
  FROM week JOIN rebuild_week USING (day) LEFT JOIN repeated USING (day)
  WHERE users_m + users_f + users_unknown > 0`;

/** Writes the last days of all sliding weeks that have a day of `rebuild_day` in them into `rebuild_week`. */
export async function listWeeks(connection: Client): Promise<void> {
  await connection.query(WEEKS);
  await connection.query("ANALYZE rebuild_week");
}

/** Counts the distinct people of every week in `rebuild_week` anew, from `rebuild_count` and from what is stored of the days beside these. */
export async function sumWeeks(connection: Client, siteId: number): Promise<void> {
  const { rows } = await connection.query<{ days: string | null }>(DAYS_BESIDE);
  await connection.query(PERSON_DAYS, [siteId, rows[0]?.days ?? "{}"]);
  await connection.query(WEEK_PEOPLE, [siteId]);
}
