import { type Db, withConnection } from "../../lib/db/client";

const DAY_MS = 24 * 60 * 60 * 1000;
const EVENTS_A_SESSION = 5;

/**
 * Fills an empty database with events of people who come, look around and go: five interactions a visit on average, busier by day than by night,
 * every tenth visit signed in, some forms, some pings. Returns how many there are.
 */
export async function fillEvents(
  { db, site }: { db: Db; site: { id: number } },
  { events, from, days }: { events: number; from: number; days: number },
): Promise<number> {
  const sessions = Math.round(events / EVENTS_A_SESSION);
  return withConnection(db, async (connection) => {
    await connection.query("SET synchronous_commit = off");
    await connection.query("SET work_mem = '256MB'");
    await connection.query("SET maintenance_work_mem = '512MB'");
    await connection.query("SELECT setseed(0.42)");
    for (let day = 0; day < days; day += 1)
      await connection.query("SELECT ensure_event_partition($1::timestamptz)", [new Date(from + day * DAY_MS)]);
    for (const statement of DIMENSIONS) await connection.query(statement, [site.id]);
    await connection.query(VISITORS, [site.id, Math.ceil(sessions / 3)]);
    await connection.query(USERS, [site.id, Math.ceil(sessions / 30)]);
    await connection.query(SESSIONS, [sessions, new Date(from), days * 86_400, Math.ceil(sessions / 3), Math.ceil(sessions / 30)]);
    await connection.query("ANALYZE bench_session");
    // Indexes are made once all rows are there: the same indexes, in a tenth of the time.
    await connection.query(DROP_INDEXES);
    const inserted = await connection.query(EVENTS, [site.id]);
    await connection.query(MAKE_INDEXES);
    const count = inserted.rowCount ?? 0;
    await connection.query("INSERT INTO site_counter VALUES ($1, $2) ON CONFLICT (site_id) DO UPDATE SET last_seq = EXCLUDED.last_seq", [
      site.id,
      count,
    ]);
    await connection.query(
      "SELECT setval('visitor_id_seq', (SELECT max(id) FROM visitor)), setval('known_user_id_seq', (SELECT max(id) FROM known_user))",
    );
    await connection.query("DROP TABLE bench_session");
    await connection.query("VACUUM (ANALYZE) event");
    return count;
  });
}

const ROUTES = ["/", "/house-price", "/celebrity", "/launches", "/launches/[slug]", "/login", "/register"];
const DIMENSIONS = [
  `INSERT INTO route (site_id, pattern) SELECT $1::smallint, unnest(ARRAY['${ROUTES.join("','")}'])`,
  `INSERT INTO client (hash, user_agent, browser, os, device, language)
   SELECT 'bench ' || n || ' of ' || $1::smallint, 'Mozilla/5.0 (X11; Linux x86_64) Chrome/' || n, 'Chrome ' || n, 'Linux', 'desktop', 'en' FROM generate_series(1, 300) AS n`,
  `INSERT INTO referral (hash, referrer, source, channel)
   SELECT 'bench ' || n || ' of ' || $1::smallint, 'https://example.org/' || n, 'example.org', 'referral' FROM generate_series(1, 200) AS n`,
];

const VISITORS =
  "INSERT INTO visitor (id, site_id, key) SELECT n, $1::smallint, md5('visitor ' || n) FROM generate_series(1, $2::integer) AS n";

const USERS = `
  INSERT INTO known_user (id, site_id, key, label, gender)
  SELECT n, $1::smallint, md5('user ' || n), 'User ' || n, (ARRAY['m', 'f', 'unknown'])[1 + n % 3]::gender FROM generate_series(1, $2::integer) AS n`;

/** Visits in the order of their starts, each with its visitor, its length and the arrival number before its first event. */
const SESSIONS = `
  CREATE UNLOGGED TABLE bench_session AS
  WITH drawn AS (
    SELECT n, (n - 1)::float8 / $1::integer * $3::integer AS second, 1 + floor(power(random(), 1.6) * $4::integer)::bigint AS visitor_id,
      1 + floor(-ln(1 - random()) * ${EVENTS_A_SESSION - 0.5})::integer AS length, 3 + random() * 120 AS gap,
      CASE WHEN random() < 0.1 THEN 1 + floor(random() * $5::integer)::bigint END AS user_id, random() < 0.3 AS came_from
    FROM generate_series(1, $1::integer) AS n)
  SELECT n, visitor_id, length, gap, user_id, came_from,
    -- More by day than by night: the share of the day that has passed is bent, never turned back.
    $2::timestamptz + (second - 86400 * 0.11 * sin(2 * pi() * second / 86400)) * INTERVAL '1 second' AS started_at,
    sum(length) OVER (ORDER BY n) - length AS before,
    1 + (n % 300)::integer AS client_id, '198.51.' || n % 100 || '.' || n % 250 AS address, (ARRAY['DE', 'US', 'FR', 'IN', 'BR'])[1 + n % 5] AS country
  FROM drawn`;

const DROP_INDEXES = `
  DROP INDEX event_id_idx, event_visitor_id_session_id_idx, event_site_id_at_idx`;

const MAKE_INDEXES = `
  CREATE INDEX event_id_idx ON event (id);
  CREATE INDEX event_visitor_id_session_id_idx ON event (visitor_id, session_id);
  CREATE INDEX event_site_id_at_idx ON event (site_id, at)`;

/** The visits' events: a sign-in is the second, a form now and then, a ping after every eighth view. */
const EVENTS = `
  INSERT INTO event (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id, duration_ms, site_id, status, method, path, address, country)
  SELECT at, before + k, visitor_id, before + 1, CASE WHEN k >= 2 THEN user_id END, uuidv7(at - clock_timestamp()), kind::event_kind,
    CASE WHEN kind = 'action' AND draw < 0.1 THEN 'error' ELSE 'success' END::outcome,
    CASE WHEN kind = 'login' THEN 6 ELSE 1 + floor(power(draw, 2) * 5)::integer END, client_id,
    CASE WHEN k = 1 AND came_from THEN 1 + floor(draw * 200)::integer END, 2 + draw * 40, $1::smallint, 200,
    CASE WHEN kind IN ('view', 'ping') THEN 'GET' ELSE 'POST' END, CASE WHEN draw > 0.9 THEN '/launches/falcon-' || floor(draw * 500) END, address, country
  FROM (
    SELECT s.*, k, date_trunc('milliseconds', started_at + (k - 1 + random() * 0.8) * gap * INTERVAL '1 second') AS at, random() AS draw,
      CASE WHEN k = 2 AND user_id IS NOT NULL THEN 'login' WHEN k % 4 = 0 THEN 'action' WHEN k % 9 = 8 THEN 'ping' ELSE 'view' END AS kind
    FROM bench_session s, generate_series(1, s.length) AS k) AS drawn`;
