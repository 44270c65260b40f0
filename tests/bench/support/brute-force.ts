import type { Client } from "pg";

/**
 * The numbers of a span, whole and by day, by plain SQL over its events: what a product without rollups does. It is spared the cutting of sessions (the
 * events have their session's id) and of people (the visitor has its user). Dates are UTC, `to` is not included. Returns the number of interactions.
 */
export async function readBruteForce(connection: Client, siteId: number, from: string, to: string): Promise<{ actions: number }> {
  const values = [siteId, from, to];
  const { rows } = await connection.query<{ day: string | null; actions: string }>(PEOPLE, values);
  await connection.query(SESSIONS, values);
  await connection.query(ROUTES, values);
  return { actions: Number(rows.find(({ day }) => day === null)?.actions ?? 0) };
}

const SPAN = `e.site_id = $1::smallint AND e.at >= $2::date AND e.at < $3::date AND e.kind <> 'ping'`;

const PEOPLE = `
  WITH interaction AS (
    SELECT e.at::date AS day, coalesce(v.known_user_id, -v.id) AS person, coalesce(u.gender, 'unknown') AS gender, e.kind
    FROM event e JOIN visitor v ON v.id = e.visitor_id LEFT JOIN known_user u ON u.id = v.known_user_id
    WHERE ${SPAN})
  SELECT day, count(*) AS actions, count(DISTINCT person) AS users, count(DISTINCT person) FILTER (WHERE gender = 'm') AS men,
    count(DISTINCT person) FILTER (WHERE gender = 'f') AS women, count(DISTINCT person) FILTER (WHERE kind = 'register') AS new_users,
    count(DISTINCT person) FILTER (WHERE kind = 'login') AS signed_in
  FROM interaction GROUP BY GROUPING SETS ((), (day))`;

const SESSIONS = `
  WITH visit AS (
    SELECT min(e.at)::date AS day, count(*) AS actions, max(e.at) - min(e.at) AS duration,
      min(e.at) FILTER (WHERE e.kind = 'action' AND e.method = 'POST' AND e.outcome = 'success') - min(e.at) AS conversion
    FROM event e WHERE ${SPAN} GROUP BY e.session_id)
  SELECT day, count(*), avg(actions), avg(duration), avg(conversion), count(conversion), count(*) FILTER (WHERE duration < INTERVAL '3 seconds')
  FROM visit GROUP BY GROUPING SETS ((), (day))`;

const ROUTES = `
  SELECT e.at::date AS day, r.pattern, count(*) FROM event e JOIN route r ON r.id = e.route_id
  WHERE ${SPAN} AND e.kind = 'view' GROUP BY GROUPING SETS ((r.pattern), (day, r.pattern))`;
