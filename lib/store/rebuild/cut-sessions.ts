import type { Client } from "pg";

/*
 * A set-based reading of docs/metrics.md, “Sessions”: rules 1 to 3 look only at the event before; of the logins between two such cuts, every one
 * but the first cuts again (rule 4). All windows have the same order, so there is one sort.
 */
const CUT = `
  CREATE TEMP TABLE rebuild_event ON COMMIT DROP AS
  WITH history AS (
    SELECT e.visitor_id, e.at, e.seq, e.kind, e.user_id, e.method = 'POST' AND e.kind = 'action' AND e.outcome = 'success' AS converts,
      e.session_id AS session_before, FALSE AS is_new
    FROM rebuild_visitor v JOIN event e ON e.site_id = v.site_id AND e.visitor_id = v.id
    UNION ALL
    SELECT visitor_id, at, seq, kind, user_id, converts, NULL, TRUE FROM new_event),
  neighbours AS (
    SELECT *, kind = 'login' AS is_login,
      coalesce(at - lag(at) OVER w > INTERVAL '30 minutes' OR lag(kind) OVER w = 'logout', TRUE) AS is_cut,
      count(*) FILTER (WHERE kind = 'login') OVER w AS logins
    FROM history WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq)),
  begun AS (
    SELECT *, is_cut OR (is_login AND logins - 1 > max(CASE WHEN is_cut THEN logins - is_login::INTEGER END) OVER w) AS begins
    FROM neighbours WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq)),
  numbered AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER w AS number,
      logins > max(CASE WHEN begins THEN logins - is_login::INTEGER END) OVER w AS signed_in
    FROM begun WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq))
  SELECT visitor_id, at, seq, kind, user_id, converts, session_before, is_new, signed_in,
    -- With the session's number in the high bits, the running maximum carries its first event's arrival number.
    max(CASE WHEN begins THEN (number << 40) | seq END) OVER w & ((1::BIGINT << 40) - 1) AS session_id
  FROM numbered WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq)`;

const MAKE_KNOWN = "CREATE TEMP TABLE rebuild_known (visitor_id BIGINT, user_id BIGINT, at TIMESTAMPTZ, seq BIGINT) ON COMMIT DROP";

/** The latest login or registration of each visitor says whom it is known as; of one that is forgotten, what it said is still there. */
const KNOWN = `
  INSERT INTO rebuild_known
  SELECT DISTINCT ON (visitor_id) visitor_id, user_id, at, seq
  FROM (
    SELECT visitor_id, user_id, at, seq FROM rebuild_event WHERE kind IN ('login', 'register') AND user_id IS NOT NULL
    UNION ALL
    SELECT visitor.id, known_user_id, known_at, known_seq
    FROM rebuild_visitor v JOIN visitor ON visitor.id = v.id
    WHERE visitor.known_user_id IS NOT NULL AND visitor.known_at < $1) AS naming
  ORDER BY visitor_id, at DESC, seq DESC`;

const DELETE_SESSIONS = `
  DELETE FROM session USING rebuild_visitor v WHERE session.site_id = v.site_id AND session.visitor_id = v.id`;

const INSERT_SESSIONS = `
  WITH cut AS (
    SELECT session_id, visitor_id,
      max(user_id) FILTER (WHERE kind = 'login') AS user_id,
      min(at) AS started_at, max(at) AS ended_at,
      -- The latest by time and arrival; a maximum of pairs needs no sort, as the first of an ordered list would.
      (max(ARRAY[epoch_ms(at), seq]))[2] AS last_seq,
      min(at) FILTER (WHERE kind = 'login') AS login_at, min(seq) FILTER (WHERE kind = 'login') AS login_seq,
      min(at) FILTER (WHERE converts) AS converted_at, min(at) FILTER (WHERE converts AND signed_in) AS signed_in_converted_at,
      count(*) FILTER (WHERE kind <> 'ping') AS interactions, count(*) FILTER (WHERE kind <> 'ping' AND signed_in) AS signed_in_interactions,
      count(*) FILTER (WHERE kind = 'view') AS views, bool_or(kind = 'logout') AS logged_out
    FROM rebuild_event GROUP BY session_id, visitor_id)
  INSERT INTO session (site_id, id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at,
    signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  SELECT $1::SMALLINT, cut.session_id, cut.visitor_id, cut.user_id, coalesce(cut.user_id, known.user_id, -cut.visitor_id),
    cut.started_at, cut.ended_at, cut.last_seq, cut.login_at, cut.login_seq, cut.converted_at,
    cut.signed_in_converted_at, cut.interactions, cut.signed_in_interactions, cut.views, cut.logged_out
  FROM cut LEFT JOIN rebuild_known known USING (visitor_id)`;

const UPDATE_VISITORS = `
  UPDATE visitor SET known_user_id = known.user_id, known_at = known.at, known_seq = known.seq
  FROM rebuild_visitor v LEFT JOIN rebuild_known known ON known.visitor_id = v.id
  WHERE visitor.id = v.id AND (visitor.known_user_id, visitor.known_seq) IS DISTINCT FROM (known.user_id, known.seq)`;

const MOVE_EVENTS = `
  UPDATE event SET session_id = r.session_id
  FROM rebuild_event r
  WHERE NOT r.is_new AND r.session_id IS DISTINCT FROM r.session_before
    AND event.site_id = $1::SMALLINT AND event.visitor_id = r.visitor_id AND event.at = r.at AND event.seq = r.seq`;

/**
 * Cuts the whole history of every visitor in `rebuild_visitor` (stored events, and those in `new_event`) into sessions and stores them, with whom
 * each visitor is known as. `eventsFrom` is the instant before which events were forgotten, if any were. Leaves `rebuild_event` behind: each event
 * with its session.
 */
export async function cutSessions(connection: Client, siteId: number, eventsFrom: Date | null): Promise<void> {
  await connection.query(CUT);
  await connection.query("ANALYZE rebuild_event");
  await connection.query(MAKE_KNOWN);
  await connection.query(KNOWN, [eventsFrom]);
  await connection.query(DELETE_SESSIONS);
  await connection.query(INSERT_SESSIONS, [siteId]);
  await connection.query(UPDATE_VISITORS);
  await connection.query(MOVE_EVENTS, [siteId]);
}
