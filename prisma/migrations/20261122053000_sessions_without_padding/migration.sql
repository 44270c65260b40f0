-- A site's number of two bytes stood before numbers of eight, so that six bytes of each row were padding: eight bytes of a session, eight of an hour of
-- a person. Wide columns first, then the narrow, as `event` has them. Only a new table can have another order.
-- A batch under way holds its site's row of the counter, and reads the two tables in an order of its own: it is waited for before either is taken.
DO $$ BEGIN LOCK TABLE "site_counter" IN EXCLUSIVE MODE; END $$;
ALTER TABLE "session" RENAME TO "session_padded";
ALTER TABLE "person_hour" RENAME TO "person_hour_padded";

CREATE TABLE "session" (
  "id" BIGINT NOT NULL,
  "visitor_id" BIGINT NOT NULL,
  "user_id" BIGINT,
  "person" BIGINT NOT NULL,
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3) NOT NULL,
  "last_seq" BIGINT NOT NULL,
  "login_at" TIMESTAMPTZ(3),
  "login_seq" BIGINT,
  "converted_at" TIMESTAMPTZ(3),
  "signed_in_converted_at" TIMESTAMPTZ(3),
  "interactions" INTEGER NOT NULL,
  "signed_in_interactions" INTEGER NOT NULL DEFAULT 0,
  "views" INTEGER NOT NULL,
  "site_id" SMALLINT NOT NULL,
  "logged_out" BOOLEAN NOT NULL DEFAULT FALSE
) WITH (fillfactor = 80);

CREATE TABLE "person_hour" (
  "person" BIGINT NOT NULL,
  "day" DATE NOT NULL,
  "interactions" INTEGER NOT NULL DEFAULT 0,
  "si_interactions" INTEGER NOT NULL DEFAULT 0,
  "logins" INTEGER NOT NULL DEFAULT 0,
  "registers" INTEGER NOT NULL DEFAULT 0,
  "site_id" SMALLINT NOT NULL,
  "hour" SMALLINT NOT NULL
) WITH (fillfactor = 80);

INSERT INTO "session" (id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at,
  interactions, signed_in_interactions, views, site_id, logged_out)
SELECT id, visitor_id, user_id, person, started_at, ended_at, last_seq, login_at, login_seq, converted_at, signed_in_converted_at,
  interactions, signed_in_interactions, views, site_id, logged_out
FROM "session_padded" ORDER BY started_at;

INSERT INTO "person_hour" (person, day, interactions, si_interactions, logins, registers, site_id, hour)
SELECT person, day, interactions, si_interactions, logins, registers, site_id, hour FROM "person_hour_padded" ORDER BY day, person, hour;

DROP FUNCTION session_json("session_padded");
DROP FUNCTION session_events_json("session_padded");
DROP TABLE "session_padded";
DROP TABLE "person_hour_padded";

ALTER TABLE "session" ADD PRIMARY KEY ("site_id", "id");
CREATE INDEX "session_visitor_id_started_at_idx" ON "session" ("visitor_id", "started_at");
CREATE INDEX "session_site_id_started_at_idx" ON "session" ("site_id", "started_at");
CREATE INDEX "session_site_id_login_at_idx" ON "session" ("site_id", "login_at") WHERE "login_at" IS NOT NULL;
ALTER TABLE "person_hour" ADD PRIMARY KEY ("site_id", "person", "day", "hour");
CREATE INDEX "person_hour_day_idx" ON "person_hour" USING brin ("day") WITH (autosummarize = on);

-- As they were: they are of the table's type.
CREATE FUNCTION session_json(s "session") RETURNS JSON LANGUAGE SQL STABLE PARALLEL SAFE
  RETURN json_build_object(
    'id', s.id, 'visitorId', s.visitor_id, 'userId', s.user_id, 'person', s.person,
    'startedAt', epoch_ms(s.started_at), 'endedAt', epoch_ms(s.ended_at), 'lastSeq', s.last_seq,
    'loginAt', epoch_ms(s.login_at), 'loginSeq', s.login_seq,
    'convertedAt', epoch_ms(s.converted_at), 'signedInConvertedAt', epoch_ms(s.signed_in_converted_at),
    'interactions', s.interactions, 'signedInInteractions', s.signed_in_interactions, 'views', s.views, 'loggedOut', s.logged_out);

CREATE FUNCTION session_events_json(s "session") RETURNS JSON LANGUAGE SQL STABLE PARALLEL SAFE
  RETURN (SELECT coalesce(json_agg(json_build_object(
      'at', epoch_ms(e.at), 'seq', e.seq, 'kind', e.kind, 'method', e.method, 'outcome', e.outcome,
      'routeId', e.route_id, 'userId', e.user_id, 'sessionId', e.session_id)), '[]')
    FROM event e
    WHERE e.visitor_id = s.visitor_id AND e.at BETWEEN s.started_at AND s.ended_at AND e.session_id = s.id);

-- The tables are new to the planner.
ANALYZE "session";
ANALYZE "person_hour";
