import type { Client } from "pg";
import { WEEK_DAYS } from "../distinct-deltas";
import type { Share } from "./cut-sessions";

const WEEKS = `
  CREATE TEMP TABLE rebuild_week ON COMMIT DROP AS
  SELECT DISTINCT day + ahead AS day FROM rebuild_day, generate_series(0, ${WEEK_DAYS - 1}) AS ahead`;

/**
 * Of whom people are summed: everybody; those who are known users; or the visitors of a share that are nobody known. The latter two together are
 * everybody, and nobody is in two of them: their sums add up.
 */
export type Whom = "everybody" | "users" | Share;

/** Which rows of `rebuild_count` are theirs. Where a share counted, it has no other visitors' rows. */
export const isCounted = (whom: Whom): string => {
  if (whom === "everybody") return "TRUE";
  return whom === "users" ? "person > 0" : "person < 0";
};

/** Which rows of `person_hour` are theirs. */
const isStored = (whom: Whom): string =>
  typeof whom === "object" ? `${isCounted(whom)} AND -person % $3::INTEGER = $4::INTEGER` : isCounted(whom);

/** What each of them did on each of these days, and on the days beside them, as one row. */
const personDays = (whom: Whom) => `
  CREATE TEMP TABLE rebuild_person_day ON COMMIT DROP AS
  WITH done AS (
    SELECT day, person, interactions, si_interactions, registers, logins FROM rebuild_count WHERE person IS NOT NULL AND ${isCounted(whom)}
    UNION ALL
    SELECT day, person, interactions, si_interactions, registers, logins
    FROM person_hour WHERE site_id = $1::SMALLINT AND day = ANY ($2::DATE[]) AND ${isStored(whom)}),
  person_day AS (
    SELECT day, person, sum(interactions) AS interactions, sum(si_interactions) AS si_interactions, sum(registers) AS registers, sum(logins) AS logins
    FROM done GROUP BY day, person)
  SELECT person_day.*, coalesce(u.gender, 'unknown') AS gender FROM person_day LEFT JOIN known_user u ON u.id = person`;

/** The days beside these that lie in a sliding week with one of them, before a date. */
const DAYS_BESIDE = `
  SELECT array_agg(day)::text AS days
  FROM (SELECT DISTINCT day - back AS day FROM rebuild_week, generate_series(0, ${WEEK_DAYS - 1}) AS back EXCEPT SELECT day FROM rebuild_day) AS beside
  WHERE day < $1::DATE`;

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
  INSERT INTO rebuild_week_people
  SELECT day, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, repeat_users FROM week JOIN rebuild_week USING (day)`;

const STORE_WEEKS = `
  INSERT INTO rollup (site_id, grain, day, hour, users_m, users_f, users_unknown, si_users_m, si_users_f, si_users_unknown, new_users, repeat_users)
  SELECT $1::SMALLINT, 'week', day, 0, sum(users_m), sum(users_f), sum(users_unknown), sum(si_users_m), sum(si_users_f), sum(si_users_unknown),
    sum(new_users), sum(repeat_users)
  FROM rebuild_week_people GROUP BY day HAVING sum(users_m) + sum(users_f) + sum(users_unknown) > 0`;

const MAKE_WEEKS = `
  CREATE TEMP TABLE rebuild_week_people (day DATE, users_m BIGINT, users_f BIGINT, users_unknown BIGINT, si_users_m BIGINT, si_users_f BIGINT,
    si_users_unknown BIGINT, new_users BIGINT, repeat_users BIGINT) ON COMMIT DROP`;

/** Lists the last days of all sliding weeks that have a day of `rebuild_day` in them, and makes room for their sums: the table `rebuild_week_people`. */
export async function makeWeeks(connection: Client): Promise<void> {
  await connection.query(WEEKS);
  await connection.query("ANALYZE rebuild_week");
  await connection.query(MAKE_WEEKS);
}

/** Who is summed, and from what. */
export interface Summing {
  whom: Whom;
  /** What is stored of days beside those in `rebuild_day` is true before this date only: the rest is being taken away. */
  storedBefore: string;
}

/** Sums `rebuild_count`, and what is stored of the days beside these, by person and day: the table `rebuild_person_day`. */
export async function sumPersonDays(connection: Client, siteId: number, { whom, storedBefore }: Summing): Promise<void> {
  const { rows } = await connection.query<{ days: string | null }>(DAYS_BESIDE, [storedBefore]);
  const share = typeof whom === "object" ? [whom.of, whom.number] : [];
  await connection.query(personDays(whom), [siteId, rows[0]?.days ?? "{}", ...share]);
}

/** Adds the distinct people of every week, of those in `rebuild_person_day`, to `rebuild_week_people`. */
export async function sumWeeks(connection: Client): Promise<void> {
  await connection.query(WEEK_PEOPLE);
}

/** Stores what the weeks come to. */
export async function storeWeeks(connection: Client, siteId: number): Promise<void> {
  await connection.query(STORE_WEEKS, [siteId]);
}
