import pg from "pg";

/**
 * One very busy day of a public site, made by chance that repeats itself:
 *
 * - Visits of eight events on average, half of them shorter than six, a few of fifty and more: six of ten events are page views, the rest reading
 *   pings and forms. The first visits began before midnight and the last ones go on after it.
 * - Visits by address with a heavy tail: most addresses come once or twice, a carrier's gateway or a large office some thousand times.
 * - Three hundred pages, the busiest seen a thousand times as often as the rarest; two of five views are of the page the visit turns about.
 * - Two of five addresses are IPv6, three of five views have a path of their own, three of ten visits came from somewhere.
 *
 * Ten million events make some half a million addresses and two and a half million pairs of address and page; what `npm run seed` makes has fewer.
 */
export async function fillBusyDay(url: string, siteId: number, date: string, events: number): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC -c synchronous_commit=off -c work_mem=128MB" });
  await client.connect();
  try {
    for (const hours of [-1, 0, 25])
      await client.query("SELECT ensure_event_partition($1::timestamptz + $2 * INTERVAL '1 hour')", [date, hours]);
    await client.query("SELECT setseed(0.42)");
    for (const statement of DIMENSIONS) await client.query(statement, [siteId]);
    const visits = Math.ceil(events / EVENTS_A_VISIT);
    await client.query(VISITS, [date, visits]);
    // Indexes are made once all rows are there: the same indexes, in a tenth of the time.
    await client.query("DROP INDEX event_id_idx, event_visitor_id_session_id_idx, event_site_id_at_idx");
    await client.query(EVENTS, [siteId, events]);
    await client.query("SET maintenance_work_mem = '512MB'");
    await client.query(INDEXES);
    await client.query(SESSIONS, [siteId]);
    for (const statement of LIVE) await client.query(statement, [siteId, date]);
    await client.query("DROP TABLE bench_visit");
    await client.query("VACUUM (ANALYZE)");
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}

const EVENTS_A_VISIT = 8;
const PAGES = 300;

const DIMENSIONS = [
  `INSERT INTO route (site_id, pattern) SELECT $1::smallint, '/section-' || page % 12 || '/page-' || page FROM generate_series(0, ${PAGES - 1}) AS page`,
  `INSERT INTO client (hash, user_agent, browser, os, device, language)
   SELECT 'busy ' || n || ' of ' || $1::smallint, 'Mozilla/5.0 (X11; Linux x86_64) Chrome/' || n, 'Chrome ' || n, 'Linux', 'desktop', 'en-US'
   FROM generate_series(1, 300) AS n`,
  `INSERT INTO referral (hash, referrer, source, channel)
   SELECT 'busy ' || n || ' of ' || $1::smallint, 'https://example.org/' || n, 'example.org', 'referral' FROM generate_series(1, 200) AS n`,
];

// Ten events more than are asked for in every hundred, so that enough of them lie within the day; those that are too many are not written.
const VISITS = `
  CREATE UNLOGGED TABLE bench_visit AS
  WITH drawn AS (
    SELECT n, floor(power(random(), 3) * $2::integer * 0.8)::bigint AS address_no, random() AS device,
           1 + floor(-ln(1 - random()) * (${EVENTS_A_VISIT} - 0.5))::integer AS length, 8 + random() * 80 AS gap,
           floor(${PAGES} * power(random(), 3))::integer AS hub, 1 + n % 300 AS client_id, random() < 0.3 AS came_from,
           CASE WHEN random() < 0.1 THEN 1 + n % 50000 END AS user_id
    FROM generate_series(1, ($2::integer * 1.1)::integer) AS n)
  SELECT n, address_no, address_no * 4 + floor(device * device * 4)::bigint AS visitor_id, length, gap, hub, client_id, came_from, user_id,
         sum(length) OVER (ORDER BY n) - length AS before,
         CASE WHEN address_no % 5 < 2
              THEN concat('2001:db8:', to_hex(address_no / 60000), ':', to_hex(address_no * 7919 % 65536), '::', to_hex(address_no % 60000))
              ELSE concat_ws('.', 10 + address_no / 16777216, address_no / 65536 % 256, address_no / 256 % 256, address_no % 256) END AS address,
         (ARRAY['DE', 'US', 'FR', 'IN', 'BR'])[1 + address_no % 5] AS country,
         -- Busier by day than by night: the share of the day that has passed is bent, never turned back.
         $1::timestamptz - INTERVAL '20 minutes'
           + (second + 86400 * 0.11 * sin(2 * pi() * second / 86400)) * INTERVAL '1 second' AS started_at
  FROM (SELECT *, (n - 1)::float8 / ($2::integer * 1.1) * (86400 + 1200) AS second FROM drawn) AS timed`;

const EVENTS = `
  INSERT INTO event (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id, duration_ms, site_id, status, method,
    path, address, country)
  SELECT at, before + k, visitor_id, before + 1, user_id, gen_random_uuid(), kind::event_kind, 'success', route.id, client_id,
         CASE WHEN k = 1 AND came_from THEN 1 + n % 200 END, 2 + draw * 40, $1::smallint, 200, CASE kind WHEN 'action' THEN 'POST' ELSE 'GET' END,
         CASE WHEN page <> hub THEN route.pattern || '/item-' || floor(draw * 5000) END, address, country
  FROM (
    SELECT *, CASE WHEN draw < 0.4 OR k = 1 THEN hub ELSE floor(${PAGES} * power((draw - 0.4) / 0.6, 3))::integer END AS page,
           CASE WHEN k = 1 OR k % 10 IN (2, 4, 5, 7, 9) THEN 'view' WHEN k % 10 = 8 THEN 'action' ELSE 'ping' END AS kind
    FROM (
      SELECT visit.*, k, random() AS draw, date_trunc('milliseconds', started_at + (k - 1 + random() * 0.8) * gap * INTERVAL '1 second') AS at
      FROM bench_visit AS visit, generate_series(1, visit.length) AS k
      WHERE before < $2::bigint * 1.04) AS placed) AS written
  JOIN (SELECT id, pattern, row_number() OVER (ORDER BY id) - 1 AS page FROM route WHERE site_id = $1::smallint AND pattern LIKE '/section-%') AS route
    USING (page)
  ORDER BY at`;

const INDEXES = `
  CREATE INDEX event_id_idx ON event (id);
  CREATE INDEX event_visitor_id_session_id_idx ON event (visitor_id, session_id);
  CREATE INDEX event_site_id_at_idx ON event (site_id, at)`;

const SESSIONS = `
  INSERT INTO session (site_id, id, visitor_id, person, started_at, ended_at, last_seq, interactions, views)
  SELECT $1::smallint, session_id, min(visitor_id), -min(visitor_id), min(at), max(at), max(seq),
         count(*) FILTER (WHERE kind <> 'ping'), count(*) FILTER (WHERE kind = 'view')
  FROM event WHERE site_id = $1::smallint GROUP BY session_id`;

/** What the dashboard shows of the day: what reconcile holds the statistics against. */
const LIVE = [
  `INSERT INTO rollup_route (site_id, grain, day, hour, route_id, views)
   SELECT $1::smallint, 'day', $2::date, 0, route_id, count(*) FROM event
   WHERE site_id = $1::smallint AND kind = 'view' AND at >= $2::date AND at < $2::date + 1 GROUP BY route_id`,
  `INSERT INTO rollup (site_id, grain, day, hour, actions, users_unknown)
   SELECT $1::smallint, 'day', $2::date, 0, count(*), count(DISTINCT visitor_id) FROM event
   WHERE site_id = $1::smallint AND kind <> 'ping' AND at >= $2::date AND at < $2::date + 1`,
];
