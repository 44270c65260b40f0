-- A writer takes its site's counter first, and an erasure then writes its keys: it is waited for before any of the tables is locked.
DO $$ BEGIN LOCK TABLE "site_counter" IN ACCESS EXCLUSIVE MODE; END $$;

-- Measured over batches of 1,000 events: parsing arrays of text, and looking at every session and hour twice (new ones and others), cost Postgres half of
-- what it takes to write them. Columns come in binary now, what is new apart from what goes on, and the events themselves by COPY, which fills a page at
-- a time. Nobody's erasure can concern a batch that is younger than the latest one: begin_batch tells when that was.
DROP FUNCTION begin_batch(SMALLINT, UUID[], TIMESTAMPTZ, TIMESTAMPTZ);
DROP FUNCTION write_batch(SMALLINT, BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], UUID[], EVENT_KIND[], OUTCOME[], INTEGER[], INTEGER[],
  INTEGER[], REAL[], REAL[], SMALLINT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], BOOLEAN[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[],
  BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], INTEGER[], INTEGER[], INTEGER[], BOOLEAN[], BOOLEAN[], BIGINT[], INTEGER[],
  SMALLINT[], INTEGER[], INTEGER[], INTEGER[], INTEGER[], BIGINT[], BIGINT[], BIGINT[], BIGINT[], JSON, JSON);
CREATE INDEX "erased_key_site_id_at_idx" ON "erased_key" ("site_id", "at");

-- Measured on a database that had just been made: a connection plans each statement of a batch once, and while nobody has counted how many rows a site has,
-- the plan is to read all visitors, sessions and hours of the site and to join them with the batch; so it goes on until the first ANALYZE, slower with every
-- batch. A batch looks for single rows, each by its key: from begin_batch to the end of its transaction nothing else is considered. The site comes with the
-- rows (and OFFSET 0 keeps it there), or "all rows of the site" would be a way to begin.
--
-- What a process remembers of a site is true while the site's counter stands where it left it. A database that went back in time (a commit lost by a server
-- that does not wait for its disk, a standby that was behind) counts up to the same number again, by other events: each batch leaves a mark of its own.
ALTER TABLE "site_counter" ADD COLUMN "mark" UUID, ADD COLUMN "mark_before" UUID;

-- Begins a batch under the site's lock. In one call, and yet the look for known ids sees what the writer before has committed: each statement of a
-- volatile function has a snapshot of its own.
CREATE FUNCTION begin_batch(site SMALLINT, ids UUID[], from_at TIMESTAMPTZ, to_at TIMESTAMPTZ,
  OUT last_seq BIGINT, OUT mark UUID, OUT mark_before UUID, OUT duplicates UUID[], OUT erased_at TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO site_counter AS counter (site_id, last_seq, mark) VALUES (site, cardinality(ids), gen_random_uuid())
  ON CONFLICT (site_id) DO UPDATE SET last_seq = counter.last_seq + EXCLUDED.last_seq, mark = EXCLUDED.mark, mark_before = counter.mark
  RETURNING counter.last_seq, counter.mark, counter.mark_before INTO begin_batch.last_seq, begin_batch.mark, begin_batch.mark_before;
  -- Id by id: of a list, a table that nobody has counted yet is thought to hold everything, and all events of those days would be read instead. OFFSET 0
  -- keeps the site from being a way to begin.
  duplicates := ARRAY(
    SELECT known.id FROM unnest(ids) AS given (id),
      LATERAL (SELECT event.id, event.site_id FROM event WHERE event.id = given.id AND event.at BETWEEN from_at AND to_at OFFSET 0) AS known
    WHERE known.site_id = site);
  erased_at := (SELECT max(at) FROM erased_key WHERE site_id = site);
  PERFORM set_config(name, 'off', TRUE)
  FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'enable_bitmapscan', 'enable_material']) AS name;
END $$;

-- Everything one batch changes besides its events (lib/store/write-batch.ts prepares it), as one call: its plans are made once a connection.
CREATE FUNCTION write_batch(site SMALLINT,
  new_session_id BIGINT[], new_session_visitor_id BIGINT[], new_session_started_at TIMESTAMPTZ[], new_session_user_id BIGINT[],
    new_session_person BIGINT[], new_session_ended_at TIMESTAMPTZ[], new_session_last_seq BIGINT[], new_session_login_at TIMESTAMPTZ[],
    new_session_login_seq BIGINT[], new_session_converted_at TIMESTAMPTZ[], new_session_signed_in_converted_at TIMESTAMPTZ[],
    new_session_interactions INTEGER[], new_session_signed_in_interactions INTEGER[], new_session_views INTEGER[],
    new_session_logged_out BOOLEAN[],
  session_id BIGINT[], session_user_id BIGINT[], session_person BIGINT[], session_ended_at TIMESTAMPTZ[], session_last_seq BIGINT[],
    session_login_at TIMESTAMPTZ[], session_login_seq BIGINT[], session_converted_at TIMESTAMPTZ[], session_signed_in_converted_at TIMESTAMPTZ[],
    session_interactions INTEGER[], session_signed_in_interactions INTEGER[], session_views INTEGER[], session_logged_out BOOLEAN[],
  new_hour_person BIGINT[], new_hour_day DATE[], new_hour_hour SMALLINT[], new_hour_interactions INTEGER[], new_hour_si_interactions INTEGER[],
    new_hour_logins INTEGER[], new_hour_registers INTEGER[],
  hour_person BIGINT[], hour_day DATE[], hour_hour SMALLINT[], hour_interactions INTEGER[], hour_si_interactions INTEGER[], hour_logins INTEGER[],
    hour_registers INTEGER[],
  known_visitor_id BIGINT[], known_visitor_known_user_id BIGINT[], known_visitor_known_at TIMESTAMPTZ[], known_visitor_known_seq BIGINT[],
  rollups JSON, routes JSON) RETURNS VOID LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  updated INTEGER;
BEGIN
  INSERT INTO session (site_id, id, visitor_id, started_at, user_id, person, ended_at, last_seq, login_at, login_seq, converted_at,
    signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  SELECT site, x.* FROM unnest(new_session_id, new_session_visitor_id, new_session_started_at, new_session_user_id, new_session_person,
    new_session_ended_at, new_session_last_seq, new_session_login_at, new_session_login_seq, new_session_converted_at,
    new_session_signed_in_converted_at, new_session_interactions, new_session_signed_in_interactions, new_session_views,
    new_session_logged_out) AS x;

  UPDATE session SET user_id = x.user_id, person = x.person, ended_at = x.ended_at, last_seq = x.last_seq, login_at = x.login_at,
    login_seq = x.login_seq, converted_at = x.converted_at, signed_in_converted_at = x.signed_in_converted_at, interactions = x.interactions,
    signed_in_interactions = x.signed_in_interactions, views = x.views, logged_out = x.logged_out
  FROM (
    SELECT site AS site_id, *
    FROM unnest(session_id, session_user_id, session_person, session_ended_at, session_last_seq, session_login_at, session_login_seq,
      session_converted_at, session_signed_in_converted_at, session_interactions, session_signed_in_interactions, session_views, session_logged_out)
      AS row (id, user_id, person, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at, interactions,
        signed_in_interactions, views, logged_out)
    OFFSET 0) AS x
  WHERE session.site_id = x.site_id AND session.id = x.id;
  GET DIAGNOSTICS updated = ROW_COUNT;
  IF updated <> cardinality(session_id) THEN
    RAISE EXCEPTION '% of % sessions are not there', cardinality(session_id) - updated, cardinality(session_id);
  END IF;

  INSERT INTO person_hour (site_id, person, day, hour, interactions, si_interactions, logins, registers)
  SELECT site, x.* FROM unnest(new_hour_person, new_hour_day, new_hour_hour, new_hour_interactions, new_hour_si_interactions, new_hour_logins,
    new_hour_registers) AS x;

  UPDATE person_hour SET interactions = x.interactions, si_interactions = x.si_interactions, logins = x.logins, registers = x.registers
  FROM (
    SELECT site AS site_id, *
    FROM unnest(hour_person, hour_day, hour_hour, hour_interactions, hour_si_interactions, hour_logins, hour_registers)
      AS row (person, day, hour, interactions, si_interactions, logins, registers)
    OFFSET 0) AS x
  WHERE person_hour.site_id = x.site_id AND person_hour.person = x.person AND person_hour.day = x.day AND person_hour.hour = x.hour;
  GET DIAGNOSTICS updated = ROW_COUNT;
  IF updated <> cardinality(hour_person) THEN
    RAISE EXCEPTION '% of % hours of people are not there', cardinality(hour_person) - updated, cardinality(hour_person);
  END IF;

  UPDATE visitor SET known_user_id = x.known_user_id, known_at = x.known_at, known_seq = x.known_seq
  FROM unnest(known_visitor_id, known_visitor_known_user_id, known_visitor_known_at, known_visitor_known_seq) AS x (id, known_user_id, known_at,
    known_seq)
  WHERE visitor.id = x.id;

  INSERT INTO rollup AS r (site_id, grain, day, hour,
    actions, users_m, users_f, users_unknown, new_users, repeat_users, sessions, session_actions, duration_ms, bounces, conversions,
    conversion_ms, si_actions, si_users_m, si_users_f, si_users_unknown, si_sessions, si_session_actions, si_duration_ms, si_bounces,
    si_conversions, si_conversion_ms)
  SELECT site, x.grain, DATE 'epoch' + x.day, x.hour,
    coalesce(x.actions, 0), coalesce(x.users_m, 0), coalesce(x.users_f, 0), coalesce(x.users_unknown, 0), coalesce(x.new_users, 0),
    coalesce(x.repeat_users, 0), coalesce(x.sessions, 0), coalesce(x.session_actions, 0), coalesce(x.duration_ms, 0),
    coalesce(x.bounces, 0), coalesce(x.conversions, 0), coalesce(x.conversion_ms, 0), coalesce(x.si_actions, 0), coalesce(x.si_users_m, 0),
    coalesce(x.si_users_f, 0), coalesce(x.si_users_unknown, 0), coalesce(x.si_sessions, 0), coalesce(x.si_session_actions, 0),
    coalesce(x.si_duration_ms, 0), coalesce(x.si_bounces, 0), coalesce(x.si_conversions, 0), coalesce(x.si_conversion_ms, 0)
  FROM json_to_recordset(rollups) AS x (grain grain, day integer, hour smallint,
    actions integer, users_m integer, users_f integer, users_unknown integer, new_users integer, repeat_users integer, sessions integer,
    session_actions integer, duration_ms bigint, bounces integer, conversions integer, conversion_ms bigint, si_actions integer,
    si_users_m integer, si_users_f integer, si_users_unknown integer, si_sessions integer, si_session_actions integer,
    si_duration_ms bigint, si_bounces integer, si_conversions integer, si_conversion_ms bigint)
  ON CONFLICT (site_id, grain, day, hour) DO UPDATE SET
    actions = r.actions + EXCLUDED.actions, users_m = r.users_m + EXCLUDED.users_m, users_f = r.users_f + EXCLUDED.users_f,
    users_unknown = r.users_unknown + EXCLUDED.users_unknown, new_users = r.new_users + EXCLUDED.new_users,
    repeat_users = r.repeat_users + EXCLUDED.repeat_users, sessions = r.sessions + EXCLUDED.sessions,
    session_actions = r.session_actions + EXCLUDED.session_actions, duration_ms = r.duration_ms + EXCLUDED.duration_ms,
    bounces = r.bounces + EXCLUDED.bounces, conversions = r.conversions + EXCLUDED.conversions,
    conversion_ms = r.conversion_ms + EXCLUDED.conversion_ms, si_actions = r.si_actions + EXCLUDED.si_actions,
    si_users_m = r.si_users_m + EXCLUDED.si_users_m, si_users_f = r.si_users_f + EXCLUDED.si_users_f,
    si_users_unknown = r.si_users_unknown + EXCLUDED.si_users_unknown, si_sessions = r.si_sessions + EXCLUDED.si_sessions,
    si_session_actions = r.si_session_actions + EXCLUDED.si_session_actions, si_duration_ms = r.si_duration_ms + EXCLUDED.si_duration_ms,
    si_bounces = r.si_bounces + EXCLUDED.si_bounces, si_conversions = r.si_conversions + EXCLUDED.si_conversions,
    si_conversion_ms = r.si_conversion_ms + EXCLUDED.si_conversion_ms;

  INSERT INTO rollup_route AS r (site_id, grain, day, hour, route_id, views, si_views)
  SELECT site, x.grain, DATE 'epoch' + x.day, x.hour, x.route_id, x.views, x.si_views
  FROM json_to_recordset(routes) AS x (grain grain, day integer, hour smallint, route_id integer, views integer, si_views integer)
  ON CONFLICT (site_id, grain, day, hour, route_id) DO UPDATE SET views = r.views + EXCLUDED.views, si_views = r.si_views + EXCLUDED.si_views;

  PERFORM pg_notify('footfall', site::text);
END $$;
