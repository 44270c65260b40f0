import type { Client } from "pg";

/** Users as their latest event names them; a gender once given is not taken back by an unknown one. */
const LATEST_USERS = `
  CREATE TEMP TABLE latest_user ON COMMIT DROP AS
  WITH latest AS (
    SELECT user_key AS key, max(ord) AS named, max(ord) FILTER (WHERE user_gender <> 'unknown') AS told
    FROM staging WHERE user_key IS NOT NULL GROUP BY user_key)
  SELECT key, max(user_label) FILTER (WHERE ord = named) AS label, coalesce(max(user_gender) FILTER (WHERE ord = told), 'unknown') AS gender
  FROM staging JOIN (SELECT named AS ord, * FROM latest UNION SELECT told, * FROM latest WHERE told IS NOT NULL) AS telling USING (ord)
  GROUP BY key`;

const IDENTIFY_USERS = `
  INSERT INTO known_user (site_id, key, label, gender) SELECT $1::SMALLINT, key, label, gender FROM latest_user
  ON CONFLICT (site_id, key) DO NOTHING`;

/** Days on which somebody counted by a gender that changes now. */
const REGENDERED_MOMENTS = `
  INSERT INTO rebuild_moment
  SELECT e.at FROM latest_user latest
  JOIN known_user u ON u.site_id = $1::SMALLINT AND u.key = latest.key AND latest.gender <> 'unknown' AND u.gender <> latest.gender
  JOIN session s ON s.site_id = $1::SMALLINT AND s.person = u.id
  JOIN event e ON e.visitor_id = s.visitor_id AND e.session_id = s.id AND e.at BETWEEN s.started_at AND s.ended_at`;

const UPDATE_USERS = `
  UPDATE known_user u SET label = latest.label, gender = CASE latest.gender WHEN 'unknown' THEN u.gender ELSE latest.gender END
  FROM latest_user latest WHERE u.site_id = $1::SMALLINT AND u.key = latest.key
    AND (u.label, u.gender) IS DISTINCT FROM (latest.label, CASE latest.gender WHEN 'unknown' THEN u.gender ELSE latest.gender END)`;

const IDENTIFY_VISITORS = `
  INSERT INTO visitor (site_id, key) SELECT DISTINCT $1::SMALLINT, visitor_key FROM staging ON CONFLICT (site_id, key) DO NOTHING`;

/** Ids that were staged more than once. */
const REPEATED = `
  CREATE TEMP TABLE repeated ON COMMIT DROP AS SELECT id, min(ord) AS first FROM staging GROUP BY id HAVING count(*) > 1`;

/**
 * Gives the second and each further event of an id an id of its own, made from the first one and from which it is: a UUID (version 8) with the same
 * instant at its beginning. The same file read again makes the same ids.
 */
const TELL_APART = `
  UPDATE staging SET id = (left(again.id, 15) || substr(again.hash, 1, 3) || '-' || substr('89ab', 1 + ascii(again.hash) % 4, 1)
    || substr(again.hash, 4, 3) || '-' || substr(again.hash, 7, 12))::UUID
  FROM (
    SELECT ord, id, encode(sha256(convert_to(id || ' ' || before, 'UTF8')), 'hex') AS hash
    FROM (
      SELECT s.ord, s.id::text AS id, row_number() OVER (PARTITION BY s.id ORDER BY s.ord) - 1 AS before
      FROM staging s JOIN repeated USING (id)) AS counted
    WHERE before > 0) AS again
  WHERE staging.ord = again.ord`;

/** No two time zones are more than 26 hours apart: so far the instant of one row can be from itself. */
const REACH = "INTERVAL '27 hours'";

/** Whether the log has any event at all that one of the staged could be: most files are of days that it knows nothing of. Site by site, as an index has them. */
const HAS_EVENTS_BESIDE = `
  SELECT EXISTS (
    SELECT FROM site,
      LATERAL (SELECT FROM event WHERE event.site_id = site.id AND event.at BETWEEN $1::TIMESTAMPTZ - ${REACH} AND $2::TIMESTAMPTZ + ${REACH} LIMIT 1) AS found
  ) AS beside`;

/** Gives an arrival number to each event that is new: the first of its id among the staged, and not in the log. Narrow rows: the wide ones stay where they are. */
const numberNew = (isKnown: string) => `
  INSERT INTO new_event (visitor_id, at, seq, kind, user_id, converts, route_id)
  SELECT v.id, s.at, $2::BIGINT - 1 + s.ord, s.kind, u.id, s.method = 'POST' AND s.kind = 'action' AND s.outcome = 'success', route.id
  FROM staging s
  JOIN staged_route route ON route.number = s.route
  JOIN visitor v ON v.site_id = $1::SMALLINT AND v.key = s.visitor_key
  LEFT JOIN known_user u ON u.site_id = $1::SMALLINT AND u.key = s.user_key
  WHERE NOT EXISTS (SELECT FROM repeated WHERE repeated.id = s.id AND repeated.first < s.ord) AND NOT ${isKnown}`;
const NUMBER_NEW = numberNew(`EXISTS (SELECT FROM event e WHERE e.id = s.id AND e.at BETWEEN s.at - ${REACH} AND s.at + ${REACH})`);
const NUMBER_ALL = numberNew("FALSE");

const COUNT_OTHER_INSTANTS = `
  SELECT count(*)::integer
  FROM staging s JOIN event e ON e.id = s.id AND e.at BETWEEN s.at - ${REACH} AND s.at + ${REACH} AND e.at <> s.at`;

/**
 * What two staged events with one id are: the same event, sent twice; or, in a file whose rows have their ids from their content, equal rows, each of which
 * is an event.
 */
export type EqualIds = "one event" | "equal rows";

export interface Numbering {
  /** The arrival number of the first event. */
  firstSeq: number;
  staged: number;
  /** Between these instants all of them lie. */
  first: Date;
  last: Date;
  equalIds: EqualIds;
}

/**
 * Finds or makes the users and visitors of the events in `staging`, and writes those events that are new into `new_event`, with their arrival numbers.
 * Under the site's lock. Returns how many of the `staged` are new, and how many are in
 * the log at another instant, as their file was read in another time zone then.
 */
export async function numberEvents(
  connection: Client,
  siteId: number,
  { firstSeq, staged, first, last, equalIds }: Numbering,
): Promise<{ appended: number; otherInstants: number }> {
  await connection.query("ANALYZE staging (ord, id, visitor_key, user_key)");
  await connection.query(LATEST_USERS);
  await connection.query(IDENTIFY_USERS, [siteId]);
  await connection.query(REGENDERED_MOMENTS, [siteId]);
  await connection.query(UPDATE_USERS, [siteId]);
  await connection.query(IDENTIFY_VISITORS, [siteId]);
  const repeated = await connection.query(REPEATED);
  if (equalIds === "equal rows" && (repeated.rowCount ?? 0) > 0) {
    await connection.query(TELL_APART);
    await connection.query("TRUNCATE repeated");
  }
  const { rows: events } = await connection.query<{ beside: boolean }>(HAS_EVENTS_BESIDE, [first, last]);
  const numbered = await connection.query(events[0]?.beside ? NUMBER_NEW : NUMBER_ALL, [siteId, firstSeq]);
  const appended = numbered.rowCount ?? 0;
  if (equalIds === "one event" || appended === staged) return { appended, otherInstants: 0 };
  const { rows } = await connection.query<{ count: number }>(COUNT_OTHER_INSTANTS);
  return { appended, otherInstants: rows[0]?.count ?? 0 };
}
