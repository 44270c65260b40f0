-- Measured at 1,000 events a batch: every `->` on the one document parsed all of it again (6 times 350 kB), and the foreign keys to `site` asked
-- for each session, person and rollup row whether the site is there. The site's lock row has asked that already.
DROP FUNCTION write_batch(SMALLINT, JSON);
ALTER TABLE "session" DROP CONSTRAINT "session_site_id_fkey";
ALTER TABLE "visitor" DROP CONSTRAINT "visitor_site_id_fkey";
ALTER TABLE "person_hour" DROP CONSTRAINT "person_hour_site_id_fkey";
ALTER TABLE "rollup" DROP CONSTRAINT "rollup_site_id_fkey";
ALTER TABLE "rollup_route" DROP CONSTRAINT "rollup_route_site_id_fkey";

-- Everything one batch changes (lib/store/write-batch.ts prepares it), as one call: its plans are made once a connection.
CREATE FUNCTION write_batch(site SMALLINT, events JSON, sessions JSON, visitors JSON, activities JSON, rollups JSON, routes JSON) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id,
    duration_ms, time_spent_sec, site_id, status, method, path, title, address, country)
  SELECT from_epoch_ms(x.at), x.seq, x.visitor_id, x.session_id, x.user_id, x.id, x.kind, x.outcome, x.route_id, x.client_id, x.referral_id,
    x.duration_ms, x.time_spent_sec, site, x.status, x.method, x.path, x.title, x.address, x.country
  FROM json_to_recordset($2) AS x (at bigint, seq bigint, visitor_id bigint, session_id bigint, user_id bigint, id uuid,
    kind event_kind, outcome outcome, route_id integer, client_id integer, referral_id integer, duration_ms real, time_spent_sec real,
    status smallint, method text, path text, title text, address text, country text);

  INSERT INTO session (site_id, id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at,
    signed_in_converted_at, interactions, signed_in_interactions, views, logged_out)
  SELECT site, x.id, x.visitor_id, x.user_id, x.person, from_epoch_ms(x.started_at), from_epoch_ms(x.ended_at), x.last_seq,
    from_epoch_ms(x.login_at), x.login_seq, from_epoch_ms(x.converted_at), from_epoch_ms(x.signed_in_converted_at),
    x.interactions, x.signed_in_interactions, x.views, x.logged_out
  FROM json_to_recordset($3) AS x (id bigint, visitor_id bigint, user_id bigint, person bigint, started_at bigint,
    ended_at bigint, last_seq bigint, login_at bigint, login_seq bigint, converted_at bigint, signed_in_converted_at bigint,
    interactions integer, signed_in_interactions integer, views integer, logged_out boolean)
  ON CONFLICT (site_id, id) DO UPDATE SET user_id = EXCLUDED.user_id, person = EXCLUDED.person, ended_at = EXCLUDED.ended_at,
    last_seq = EXCLUDED.last_seq, login_at = EXCLUDED.login_at, login_seq = EXCLUDED.login_seq, converted_at = EXCLUDED.converted_at,
    signed_in_converted_at = EXCLUDED.signed_in_converted_at, interactions = EXCLUDED.interactions,
    signed_in_interactions = EXCLUDED.signed_in_interactions, views = EXCLUDED.views, logged_out = EXCLUDED.logged_out;

  UPDATE visitor SET known_user_id = x.known_user_id, known_at = from_epoch_ms(x.known_at), known_seq = x.known_seq, last_session_id = x.last_session_id
  FROM json_to_recordset($4) AS x (id bigint, known_user_id bigint, known_at bigint, known_seq bigint, last_session_id bigint)
  WHERE visitor.id = x.id AND (visitor.known_seq, visitor.last_session_id) IS DISTINCT FROM (x.known_seq, x.last_session_id);

  INSERT INTO person_hour (site_id, person, day, hour, interactions, si_interactions, logins, registers)
  SELECT site, x.person, DATE 'epoch' + x.day, x.hour, x.interactions, x.si_interactions, x.logins, x.registers
  FROM json_to_recordset($5) AS x (person bigint, day integer, hour smallint, interactions integer,
    si_interactions integer, logins integer, registers integer)
  ON CONFLICT (site_id, person, day, hour) DO UPDATE SET interactions = EXCLUDED.interactions, si_interactions = EXCLUDED.si_interactions,
    logins = EXCLUDED.logins, registers = EXCLUDED.registers;

  INSERT INTO rollup AS r (site_id, grain, day, hour, actions, users_m, users_f, users_unknown, new_users, repeat_users, sessions, session_actions, duration_ms, bounces, conversions, conversion_ms, si_actions, si_users_m, si_users_f, si_users_unknown, si_sessions, si_session_actions, si_duration_ms, si_bounces, si_conversions, si_conversion_ms)
  SELECT site, x.grain, DATE 'epoch' + x.day, x.hour,
    coalesce(x.actions, 0), coalesce(x.users_m, 0), coalesce(x.users_f, 0), coalesce(x.users_unknown, 0), coalesce(x.new_users, 0), coalesce(x.repeat_users, 0), coalesce(x.sessions, 0), coalesce(x.session_actions, 0), coalesce(x.duration_ms, 0), coalesce(x.bounces, 0), coalesce(x.conversions, 0), coalesce(x.conversion_ms, 0), coalesce(x.si_actions, 0), coalesce(x.si_users_m, 0), coalesce(x.si_users_f, 0), coalesce(x.si_users_unknown, 0), coalesce(x.si_sessions, 0), coalesce(x.si_session_actions, 0), coalesce(x.si_duration_ms, 0), coalesce(x.si_bounces, 0), coalesce(x.si_conversions, 0), coalesce(x.si_conversion_ms, 0)
  FROM json_to_recordset($6) AS x (grain grain, day integer, hour smallint, actions integer, users_m integer, users_f integer, users_unknown integer, new_users integer, repeat_users integer, sessions integer, session_actions integer, duration_ms bigint, bounces integer, conversions integer, conversion_ms bigint, si_actions integer, si_users_m integer, si_users_f integer, si_users_unknown integer, si_sessions integer, si_session_actions integer, si_duration_ms bigint, si_bounces integer, si_conversions integer, si_conversion_ms bigint)
  ON CONFLICT (site_id, grain, day, hour) DO UPDATE SET
    actions = r.actions + EXCLUDED.actions, 
    users_m = r.users_m + EXCLUDED.users_m, 
    users_f = r.users_f + EXCLUDED.users_f, 
    users_unknown = r.users_unknown + EXCLUDED.users_unknown, 
    new_users = r.new_users + EXCLUDED.new_users, 
    repeat_users = r.repeat_users + EXCLUDED.repeat_users, 
    sessions = r.sessions + EXCLUDED.sessions, 
    session_actions = r.session_actions + EXCLUDED.session_actions, 
    duration_ms = r.duration_ms + EXCLUDED.duration_ms, 
    bounces = r.bounces + EXCLUDED.bounces, 
    conversions = r.conversions + EXCLUDED.conversions, 
    conversion_ms = r.conversion_ms + EXCLUDED.conversion_ms, 
    si_actions = r.si_actions + EXCLUDED.si_actions, 
    si_users_m = r.si_users_m + EXCLUDED.si_users_m, 
    si_users_f = r.si_users_f + EXCLUDED.si_users_f, 
    si_users_unknown = r.si_users_unknown + EXCLUDED.si_users_unknown, 
    si_sessions = r.si_sessions + EXCLUDED.si_sessions, 
    si_session_actions = r.si_session_actions + EXCLUDED.si_session_actions, 
    si_duration_ms = r.si_duration_ms + EXCLUDED.si_duration_ms, 
    si_bounces = r.si_bounces + EXCLUDED.si_bounces, 
    si_conversions = r.si_conversions + EXCLUDED.si_conversions, 
    si_conversion_ms = r.si_conversion_ms + EXCLUDED.si_conversion_ms;

  INSERT INTO rollup_route AS r (site_id, grain, day, hour, route_id, views, si_views)
  SELECT site, x.grain, DATE 'epoch' + x.day, x.hour, x.route_id, x.views, x.si_views
  FROM json_to_recordset($7) AS x (grain grain, day integer, hour smallint, route_id integer, views integer, si_views integer)
  ON CONFLICT (site_id, grain, day, hour, route_id) DO UPDATE SET views = r.views + EXCLUDED.views, si_views = r.si_views + EXCLUDED.si_views;

  PERFORM pg_notify('footfall', site::text);
END $$;
