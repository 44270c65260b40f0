import type { Client } from "pg";
import { withFullPages } from "./with-full-pages";

/** From so many events on, a history is written whole, and the planner is told what this transaction wrote. */
export const MANY_EVENTS = 10_000;

/*
 * A set-based reading of docs/metrics.md, “Sessions”: rules 1 to 3 look only at the event before; of the logins between two such cuts, every one
 * but the first cuts again (rule 4). So a session begins at the latest cut or, from the second login after it on, at the latest login. All windows
 * have the same order: there is one sort and two passes over it. `place` is an event's place among its visitor's: in the high bits of a number it
 * lets a maximum carry the arrival number of the latest event of a kind in the low ones.
 */
const PLACED_SEQ = "(place << 40 | seq)";
const seqOf = (placed: string) => `${placed} & ((1::BIGINT << 40) - 1)`;

const THEIR_EVENTS = "rebuild_visitor v JOIN event e ON e.site_id = v.site_id AND e.visitor_id = v.id WHERE v.site_id = $1::SMALLINT";
const ALL_EVENTS = "event e WHERE e.site_id = $1::SMALLINT";
const EVENTS_OF_SHARE = `${ALL_EVENTS} AND e.visitor_id % $2::INTEGER = $3::INTEGER`;

const cut = (events: string) => `
  CREATE TEMP TABLE rebuild_event ON COMMIT DROP AS
  WITH history AS (
    SELECT e.visitor_id, e.at, e.seq, e.kind, e.user_id, e.method = 'POST' AND e.kind = 'action' AND e.outcome = 'success' AS converts,
      e.session_id AS session_before, FALSE AS is_new, e.route_id
    FROM ${events}
    UNION ALL
    SELECT visitor_id, at, seq, kind, user_id, converts, NULL, TRUE, route_id FROM new_event),
  neighbours AS (
    SELECT *, kind = 'login' AS is_login, row_number() OVER w AS place,
      coalesce(at > lag(at) OVER w + INTERVAL '30 minutes' OR lag(kind) OVER w = 'logout', TRUE) AS is_cut,
      count(*) FILTER (WHERE kind = 'login') OVER w AS logins
    FROM history WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq ROWS UNBOUNDED PRECEDING)),
  cut AS (
    SELECT *, max(CASE WHEN is_cut THEN ${PLACED_SEQ} END) OVER w AS last_cut, max(CASE WHEN is_login THEN ${PLACED_SEQ} END) OVER w AS last_login,
      logins - max(CASE WHEN is_cut THEN logins - is_login::INTEGER END) OVER w AS logins_since
    FROM neighbours WINDOW w AS (PARTITION BY visitor_id ORDER BY at, seq ROWS UNBOUNDED PRECEDING))
  SELECT visitor_id, at, seq, place, user_id, session_before, ${seqOf("CASE WHEN logins_since > 1 THEN last_login ELSE last_cut END")} AS session_id,
    kind, converts, is_new, logins_since > 0 AS signed_in, route_id
  FROM cut`;

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

/** The columns of `session`. The table itself is not read for them: that would lock it. */
const SESSION = {
  id: "BIGINT",
  visitor_id: "BIGINT",
  user_id: "BIGINT",
  person: "BIGINT",
  started_at: "TIMESTAMPTZ(3)",
  ended_at: "TIMESTAMPTZ(3)",
  last_seq: "BIGINT",
  login_at: "TIMESTAMPTZ(3)",
  login_seq: "BIGINT",
  converted_at: "TIMESTAMPTZ(3)",
  signed_in_converted_at: "TIMESTAMPTZ(3)",
  interactions: "INTEGER",
  signed_in_interactions: "INTEGER",
  views: "INTEGER",
  site_id: "SMALLINT",
  logged_out: "BOOLEAN",
};
const SESSION_COLUMNS = Object.keys(SESSION).join(", ");

const MAKE_SESSIONS = `
  CREATE TEMP TABLE rebuild_session (${Object.entries(SESSION)
    .map((column) => column.join(" "))
    .join(", ")}) ON COMMIT DROP`;

const GROUP_SESSIONS = `
  WITH cut AS (
    SELECT session_id, min(visitor_id) AS visitor_id,
      max(user_id) FILTER (WHERE kind = 'login') AS user_id,
      min(at) AS started_at, max(at) AS ended_at, ${seqOf(`max(${PLACED_SEQ})`)} AS last_seq,
      min(at) FILTER (WHERE kind = 'login') AS login_at, min(seq) FILTER (WHERE kind = 'login') AS login_seq,
      min(at) FILTER (WHERE converts) AS converted_at, min(at) FILTER (WHERE converts AND signed_in) AS signed_in_converted_at,
      count(*) FILTER (WHERE kind <> 'ping') AS interactions, count(*) FILTER (WHERE kind <> 'ping' AND signed_in) AS signed_in_interactions,
      count(*) FILTER (WHERE kind = 'view') AS views, bool_or(kind = 'logout') AS logged_out
    FROM rebuild_event GROUP BY session_id)
  INSERT INTO rebuild_session (${SESSION_COLUMNS})
  SELECT cut.session_id, cut.visitor_id, cut.user_id, coalesce(cut.user_id, known.user_id, -cut.visitor_id),
    cut.started_at, cut.ended_at, cut.last_seq, cut.login_at, cut.login_seq, cut.converted_at, cut.signed_in_converted_at,
    cut.interactions, cut.signed_in_interactions, cut.views, $1::SMALLINT, cut.logged_out
  FROM cut LEFT JOIN rebuild_known known USING (visitor_id)`;

/** In the order of their ids, which is mostly that of time: what happened together lies together, and two of the indexes only grow at their end. */
const STORE_SESSIONS = `INSERT INTO session (${SESSION_COLUMNS}) SELECT ${SESSION_COLUMNS} FROM rebuild_session ORDER BY id`;

const UPDATE_VISITORS = `
  UPDATE visitor SET known_user_id = known.user_id, known_at = known.at, known_seq = known.seq
  FROM rebuild_visitor v LEFT JOIN rebuild_known known ON known.visitor_id = v.id
  WHERE visitor.id = v.id AND (visitor.known_user_id, visitor.known_seq) IS DISTINCT FROM (known.user_id, known.seq)`;

const MAKE_MOVED = "CREATE TEMP TABLE rebuild_moved (visitor_id BIGINT, at TIMESTAMPTZ, seq BIGINT, session_id BIGINT) ON COMMIT DROP";

const FIND_MOVED = `
  INSERT INTO rebuild_moved
  SELECT visitor_id, at, seq, session_id FROM rebuild_event WHERE NOT is_new AND session_id IS DISTINCT FROM session_before`;

const MOVE_EVENTS = `
  UPDATE event SET session_id = moved.session_id
  FROM rebuild_moved moved
  WHERE event.site_id = $1::SMALLINT AND event.visitor_id = moved.visitor_id AND event.at = moved.at AND event.seq = moved.seq`;

/** One of so many parts that the visitors of a site are dealt out in, counted from 0. */
export interface Share {
  number: number;
  of: number;
}

export interface Cutting {
  /** The instant before which events were forgotten, if any were. */
  eventsFrom: Date | null;
  /** Whose events: of those in `rebuild_visitor`; of everybody, whom `rebuild_visitor` and `new_event` name too; or of everybody in a share. */
  whose: "theirs" | "everybody" | Share;
}

/** Makes the tables that a cut leaves behind: whom visitors are known as, their sessions, and the events whose session is another one now. */
export async function makeCutTables(connection: Client): Promise<void> {
  for (const statement of [MAKE_KNOWN, MAKE_SESSIONS, MAKE_MOVED]) await connection.query(statement);
}

/**
 * Cuts the whole history of these visitors (stored events, and those in `new_event`) into sessions: fills `rebuild_known`, `rebuild_session` and
 * `rebuild_moved`, and leaves `rebuild_event` behind, each event with its session. Nothing is stored. Returns how many events that are.
 */
export async function cutSessions(connection: Client, siteId: number, { eventsFrom, whose }: Cutting): Promise<number> {
  // Everything is read as it lies and sorted: in the order of an index, each row would be fetched from another place.
  if (whose !== "theirs") await connection.query("SET LOCAL enable_indexscan = off");
  const { rowCount } = await (typeof whose === "object"
    ? connection.query(cut(EVENTS_OF_SHARE), [siteId, whose.of, whose.number])
    : connection.query(cut(whose === "theirs" ? THEIR_EVENTS : ALL_EVENTS), [siteId]));
  if (whose !== "theirs") await connection.query("SET LOCAL enable_indexscan = on");
  await connection.query("ANALYZE rebuild_event (session_id, is_new, kind, route_id)");
  await connection.query(KNOWN, [eventsFrom]);
  await connection.query("ANALYZE rebuild_known");
  await connection.query(GROUP_SESSIONS, [siteId]);
  await connection.query("ANALYZE rebuild_session (id)");
  await connection.query(FIND_MOVED);
  return rowCount ?? 0;
}

/** Takes away the sessions that the visitors in `rebuild_visitor` had. */
export async function deleteSessions(connection: Client): Promise<void> {
  await connection.query(DELETE_SESSIONS);
}

/** Stores what a cut left behind: the sessions, whom visitors are known as, and which session a stored event is of now. */
export async function storeCut(connection: Client, siteId: number, { many }: { many: boolean }): Promise<void> {
  const storeSessions = () => connection.query(STORE_SESSIONS);
  await (many ? withFullPages(connection, "session", storeSessions) : storeSessions());
  await connection.query(UPDATE_VISITORS);
  const { rows } = await connection.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM rebuild_moved) AS "any"');
  if (rows[0]?.any) await connection.query(MOVE_EVENTS, [siteId]);
}
