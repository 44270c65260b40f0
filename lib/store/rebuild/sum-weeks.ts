import type { Client } from "pg";
import { WEEK_DAYS } from "../distinct-deltas";

const WEEKS = `
  CREATE TEMP TABLE rebuild_week ON COMMIT DROP AS
  SELECT DISTINCT day + ahead AS day FROM rebuild_day, generate_series(0, ${WEEK_DAYS - 1}) AS ahead`;

/** What each person did on each of these days, and on the days beside them, as one row. */
const PERSON_DAYS = `
  CREATE TEMP TABLE rebuild_person_day ON COMMIT DROP AS
  WITH done AS (
    SELECT day, person, interactions, si_interactions, registers, logins FROM rebuild_count WHERE person IS NOT NULL
    UNION ALL
    SELECT day, person, interactions, si_interactions, registers, logins FROM person_hour WHERE site_id = $1::SMALLINT AND day = ANY ($2::DATE[])),
  person_day AS (
    SELECT day, person, sum(interactions) AS interactions, sum(si_interactions) AS si_interactions, sum(registers) AS registers, sum(logins) AS logins
    FROM done GROUP BY day, person)
  SELECT person_day.*, coalesce(u.gender, 'unknown') AS gender FROM person_day LEFT JOIN known_user u ON u.id = person`;

/** The days beside these that lie in a sliding week with one of them. */
const DAYS_BESIDE = `
  SELECT array_agg(day)::text AS days
  FROM (SELECT DISTINCT day - back AS day FROM rebuild_week, generate_series(0, ${WEEK_DAYS - 1}) AS back EXCEPT SELECT day FROM rebuild_day) AS beside`;

/*
 * Distinct people of each sliding week that has one of these days in it, from what they did in its seven days. Somebody who was there on a day counts
 * in the week that ends with it and in the six after it, or until they come again: so a day adds one where it begins and takes one away where it
 * ends, and a running sum is the count of every week. Somebody who signed in counts for coming again in the weeks that have an earlier sign-in in them,
 * which can be of the same day.
 */
const presence = (kind: string, condition: string, until: string) => `
    SELECT '${kind}' AS kind, gender, day AS begins, least(${until}, lead(day) OVER theirs) AS ends
    FROM rebuild_person_day WHERE ${condition} WINDOW theirs AS (PARTITION BY person ORDER BY day)`;
const present = (kind: string, condition: string) => presence(kind, condition, `day + ${WEEK_DAYS}`);
const EARLIER = "CASE WHEN logins >= 2 THEN day ELSE lag(day) OVER theirs END";
const REPEATED = presence("repeated", "logins > 0", `coalesce(${EARLIER} + ${WEEK_DAYS}, day)`);

const running = (condition: string) => `coalesce(sum(sum(change) FILTER (WHERE ${condition})) OVER (ORDER BY day), 0)`;

const WEEK_PEOPLE = `
  WITH presence AS (
    ${present("all", "TRUE")} UNION ALL ${present("signed in", "si_interactions > 0")} UNION ALL ${present("registered", "registers > 0")}
    UNION ALL ${REPEATED}),
  counted AS (SELECT kind, gender, begins, ends, count(*) AS people FROM presence WHERE ends > begins GROUP BY kind, gender, begins, ends),
  edge AS (
    SELECT begins AS day, kind, gender, people AS change FROM counted
    UNION ALL SELECT ends, kind, gender, -people FROM counted
    UNION ALL SELECT day, 'all', 'unknown', 0 FROM rebuild_week),
  week AS (
    SELECT day,
      ${running("kind = 'all' AND gender = 'm'")} AS users_m, ${running("kind = 'all' AND gender = 'f'")} AS users_f,
      ${running("kind = 'all' AND gender = 'unknown'")} AS users_unknown,
      ${running("kind = 'signed in' AND gender = 'm'")} AS si_users_m, ${running("kind = 'signed in' AND gender = 'f'")} AS si_users_f,
      ${running("kind = 'signed in' AND gender = 'unknown'")} AS si_users_unknown, ${running("kind = 'registered'")} AS new_users,
      ${running("kind = 'repeated'")} AS repeat_users
    FROM edge GROUP BY day)
  INSERT INTO rollup (site_id, grain, day, hour, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, repeat_users)
  SELECT $1::SMALLINT, 'week', day, 0, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, repeat_users
  FROM week JOIN rebuild_week USING (day)
  WHERE users_m + users_f + users_unknown > 0`;

/** Writes the last days of all sliding weeks that have a day of `rebuild_day` in them into `rebuild_week`. */
export async function listWeeks(connection: Client): Promise<void> {
  await connection.query(WEEKS);
  await connection.query("ANALYZE rebuild_week");
}

/** Sums `rebuild_count`, and what is stored of the days beside these, by person and day: the table `rebuild_person_day`. */
export async function sumPersonDays(connection: Client, siteId: number): Promise<void> {
  const { rows } = await connection.query<{ days: string | null }>(DAYS_BESIDE);
  await connection.query(PERSON_DAYS, [siteId, rows[0]?.days ?? "{}"]);
}

/** Counts the distinct people of every week in `rebuild_week` anew, from `rebuild_person_day`. */
export async function sumWeeks(connection: Client, siteId: number): Promise<void> {
  await connection.query(WEEK_PEOPLE, [siteId]);
}
