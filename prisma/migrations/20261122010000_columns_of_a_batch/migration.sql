-- Measured over batches of 1,000 events: parsing the batch as JSON, and asking of each session and person whether it is there (ON CONFLICT locks a
-- row before it updates it), cost as much as the events themselves. The columns come as arrays now, and the caller says which rows are new.
-- A visitor's last session is the one that started last: nobody needs to write it down.
DROP FUNCTION write_batch(SMALLINT, JSON, JSON, JSON, JSON, JSON, JSON);
ALTER TABLE "visitor" DROP COLUMN "last_session_id";
-- Looked at only by whoever recounts days. As a B-tree it was a third of what an hour of a person costs to store, and on a young table the planner
-- took it for the batch's own rows, reading all of a day for each.
DROP INDEX "person_hour_site_id_day_idx";
CREATE INDEX "person_hour_day_idx" ON "person_hour" USING brin ("day") WITH (autosummarize = on);

-- Begins a batch under the site's lock. In one call, and yet the look for known ids sees what the writer before has committed: each statement of a
-- volatile function has a snapshot of its own.
CREATE FUNCTION begin_batch(site SMALLINT, ids UUID[], from_at TIMESTAMPTZ, to_at TIMESTAMPTZ, OUT last_seq BIGINT, OUT duplicates UUID[])
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO site_counter AS counter (site_id, last_seq) VALUES (site, cardinality(ids))
  ON CONFLICT (site_id) DO UPDATE SET last_seq = counter.last_seq + EXCLUDED.last_seq
  RETURNING counter.last_seq INTO begin_batch.last_seq;
  duplicates := ARRAY(SELECT event.id FROM event WHERE event.id = ANY (ids) AND event.at BETWEEN from_at AND to_at);
END $$;

-- Everything one batch changes (lib/store/write-batch.ts prepares it), as one call: its plans are made once a connection.
CREATE FUNCTION write_batch(site SMALLINT,
  event_at BIGINT[], event_seq BIGINT[], event_visitor_id BIGINT[], event_session_id BIGINT[], event_user_id BIGINT[], event_id UUID[], event_kind EVENT_KIND[], event_outcome OUTCOME[], event_route_id INTEGER[], event_client_id INTEGER[], event_referral_id INTEGER[], event_duration_ms REAL[], event_time_spent_sec REAL[], event_status SMALLINT[], event_method TEXT[], event_path TEXT[], event_title TEXT[], event_address TEXT[], event_country TEXT[],
  session_is_new BOOLEAN[], session_id BIGINT[], session_visitor_id BIGINT[], session_user_id BIGINT[], session_person BIGINT[], session_started_at BIGINT[], session_ended_at BIGINT[], session_last_seq BIGINT[], session_login_at BIGINT[], session_login_seq BIGINT[], session_converted_at BIGINT[], session_signed_in_converted_at BIGINT[], session_interactions INTEGER[], session_signed_in_interactions INTEGER[], session_views INTEGER[], session_logged_out BOOLEAN[],
  activity_is_new BOOLEAN[], activity_person BIGINT[], activity_day INTEGER[], activity_hour SMALLINT[], activity_interactions INTEGER[], activity_si_interactions INTEGER[], activity_logins INTEGER[], activity_registers INTEGER[],
  visitor_id BIGINT[], visitor_known_user_id BIGINT[], visitor_known_at BIGINT[], visitor_known_seq BIGINT[],
  rollups JSON, routes JSON) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  expected INTEGER;
  updated INTEGER;
BEGIN
  INSERT INTO event (site_id, at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id, duration_ms, time_spent_sec, status, method, path, title, address, country)
  SELECT site, from_epoch_ms(x.at), x.seq, x.visitor_id, x.session_id, x.user_id, x.id, x.kind, x.outcome, x.route_id, x.client_id, x.referral_id, x.duration_ms, x.time_spent_sec, x.status, x.method, x.path, x.title, x.address, x.country
  FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
    AS x (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id, duration_ms, time_spent_sec, status, method, path, title, address, country);

  INSERT INTO session (site_id, id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  SELECT site, x.id, x.visitor_id, x.user_id, x.person, from_epoch_ms(x.started_at), from_epoch_ms(x.ended_at), x.last_seq, from_epoch_ms(x.login_at), x.login_seq, from_epoch_ms(x.converted_at), from_epoch_ms(x.signed_in_converted_at), x.interactions, x.signed_in_interactions, x.views, x.logged_out
  FROM unnest($21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
    AS x (is_new, id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  WHERE x.is_new;

  UPDATE session SET user_id = x.user_id, person = x.person, ended_at = from_epoch_ms(x.ended_at), last_seq = x.last_seq,
    login_at = from_epoch_ms(x.login_at), login_seq = x.login_seq, converted_at = from_epoch_ms(x.converted_at),
    signed_in_converted_at = from_epoch_ms(x.signed_in_converted_at), interactions = x.interactions,
    signed_in_interactions = x.signed_in_interactions, views = x.views, logged_out = x.logged_out
  FROM unnest($21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
    AS x (is_new, id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  WHERE NOT x.is_new AND session.site_id = site AND session.id = x.id;
  GET DIAGNOSTICS updated = ROW_COUNT;
  SELECT count(*) INTO expected FROM unnest(session_is_new) AS is_new WHERE NOT is_new;
  IF updated <> expected THEN RAISE EXCEPTION '% of % sessions are not there', expected - updated, expected; END IF;

  INSERT INTO person_hour (site_id, person, day, hour, interactions, si_interactions, logins, registers)
  SELECT site, x.person, DATE 'epoch' + x.day, x.hour, x.interactions, x.si_interactions, x.logins, x.registers
  FROM unnest($37, $38, $39, $40, $41, $42, $43, $44) AS x (is_new, person, day, hour, interactions, si_interactions, logins, registers)
  WHERE x.is_new;

  UPDATE person_hour SET interactions = x.interactions, si_interactions = x.si_interactions, logins = x.logins, registers = x.registers
  FROM unnest($37, $38, $39, $40, $41, $42, $43, $44) AS x (is_new, person, day, hour, interactions, si_interactions, logins, registers)
  WHERE NOT x.is_new AND person_hour.site_id = site AND person_hour.person = x.person
    AND person_hour.day = DATE 'epoch' + x.day AND person_hour.hour = x.hour;
  GET DIAGNOSTICS updated = ROW_COUNT;
  SELECT count(*) INTO expected FROM unnest(activity_is_new) AS is_new WHERE NOT is_new;
  IF updated <> expected THEN RAISE EXCEPTION '% of % hours of people are not there', expected - updated, expected; END IF;

  UPDATE visitor SET known_user_id = x.known_user_id, known_at = from_epoch_ms(x.known_at), known_seq = x.known_seq
  FROM unnest($45, $46, $47, $48) AS x (id, known_user_id, known_at, known_seq)
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
  FROM json_to_recordset($49) AS x (grain grain, day integer, hour smallint,
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
  FROM json_to_recordset($50) AS x (grain grain, day integer, hour smallint, route_id integer, views integer, si_views integer)
  ON CONFLICT (site_id, grain, day, hour, route_id) DO UPDATE SET views = r.views + EXCLUDED.views, si_views = r.si_views + EXCLUDED.si_views;

  PERFORM pg_notify('footfall', site::text);
END $$;
