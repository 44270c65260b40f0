CREATE TYPE "role" AS ENUM ('owner', 'admin', 'viewer', 'member');
CREATE TYPE "gender" AS ENUM ('m', 'f', 'unknown');
CREATE TYPE "event_kind" AS ENUM ('view', 'action', 'register', 'login', 'logout', 'ping');
CREATE TYPE "outcome" AS ENUM ('success', 'error');
CREATE TYPE "grain" AS ENUM ('hour', 'day', 'week');

CREATE TABLE "site" (
  "id" SMALLSERIAL PRIMARY KEY,
  "slug" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "timezone" TEXT NOT NULL,
  "settings" JSONB NOT NULL DEFAULT '{}',
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "site_counter" (
  "site_id" SMALLINT PRIMARY KEY REFERENCES "site" ("id") ON DELETE CASCADE,
  "last_seq" BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

CREATE TABLE "account" (
  "id" UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  "email" TEXT NOT NULL UNIQUE,
  "password_hash" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "surname" TEXT NOT NULL,
  "gender" "gender" NOT NULL DEFAULT 'unknown',
  "role" "role" NOT NULL DEFAULT 'member',
  "password_changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE "known_user" (
  "id" BIGSERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "key" TEXT NOT NULL,
  "label" TEXT NOT NULL,
  "gender" "gender" NOT NULL DEFAULT 'unknown',
  UNIQUE ("site_id", "key")
);

CREATE TABLE "visitor" (
  "id" BIGSERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "key" TEXT NOT NULL,
  "known_user_id" BIGINT,
  "known_at" TIMESTAMPTZ(3),
  "known_seq" BIGINT,
  "last_session_id" BIGINT,
  UNIQUE ("site_id", "key")
) WITH (fillfactor = 80);
CREATE INDEX "visitor_known_user_idx" ON "visitor" ("known_user_id") WHERE "known_user_id" IS NOT NULL;

-- Updated with nearly every event of an open visit: room on the page keeps those updates off the indexes.
CREATE TABLE "session" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
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
  "logged_out" BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY ("site_id", "id")
) WITH (fillfactor = 80);
CREATE INDEX "session_site_id_visitor_id_started_at_idx" ON "session" ("site_id", "visitor_id", "started_at");
CREATE INDEX "session_site_id_started_at_idx" ON "session" ("site_id", "started_at");

CREATE TABLE "route" (
  "id" SERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "pattern" TEXT NOT NULL,
  UNIQUE ("site_id", "pattern")
);

CREATE TABLE "client" (
  "id" SERIAL PRIMARY KEY,
  "hash" TEXT NOT NULL UNIQUE,
  "user_agent" TEXT NOT NULL,
  "browser" TEXT,
  "os" TEXT,
  "device" TEXT,
  "language" TEXT,
  "screen" TEXT
);

CREATE TABLE "referral" (
  "id" SERIAL PRIMARY KEY,
  "hash" TEXT NOT NULL UNIQUE,
  "referrer" TEXT,
  "source" TEXT,
  "channel" TEXT NOT NULL,
  "utm_source" TEXT,
  "utm_medium" TEXT,
  "utm_campaign" TEXT,
  "utm_term" TEXT,
  "utm_content" TEXT,
  "click_id" TEXT
);

-- Wide columns first, then the narrow, then text: no padding between them.
CREATE TABLE "event" (
  "at" TIMESTAMPTZ(3) NOT NULL,
  "seq" BIGINT NOT NULL,
  "visitor_id" BIGINT NOT NULL,
  "session_id" BIGINT,
  "user_id" BIGINT,
  "id" UUID NOT NULL,
  "kind" "event_kind" NOT NULL,
  "outcome" "outcome" NOT NULL,
  "route_id" INTEGER NOT NULL,
  "client_id" INTEGER,
  "referral_id" INTEGER,
  "duration_ms" REAL,
  "time_spent_sec" REAL,
  "site_id" SMALLINT NOT NULL,
  "status" SMALLINT,
  "method" TEXT NOT NULL,
  "path" TEXT,
  "title" TEXT,
  "address" TEXT,
  "country" TEXT,
  PRIMARY KEY ("id", "at")
) PARTITION BY RANGE ("at");
CREATE INDEX "event_site_id_visitor_id_at_idx" ON "event" ("site_id", "visitor_id", "at");
CREATE INDEX "event_site_id_at_idx" ON "event" ("site_id", "at");
-- Stays empty as long as ensure_event_partition runs before an insert; it is there so that no insert can ever fail for its date.
CREATE TABLE "event_other" PARTITION OF "event" DEFAULT;

CREATE FUNCTION ensure_event_partition(moment TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  first TIMESTAMP := date_trunc('month', moment AT TIME ZONE 'UTC');
  name TEXT := 'event_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtext('ensure_event_partition'));
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)',
      name, first AT TIME ZONE 'UTC', (first + INTERVAL '1 month') AT TIME ZONE 'UTC');
  END IF;
END $$;

CREATE TABLE "rollup" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "grain" "grain" NOT NULL,
  "day" DATE NOT NULL,
  "hour" SMALLINT NOT NULL,
  "actions" INTEGER NOT NULL DEFAULT 0,
  "users_m" INTEGER NOT NULL DEFAULT 0,
  "users_f" INTEGER NOT NULL DEFAULT 0,
  "users_unknown" INTEGER NOT NULL DEFAULT 0,
  "new_users" INTEGER NOT NULL DEFAULT 0,
  "repeat_users" INTEGER NOT NULL DEFAULT 0,
  "sessions" INTEGER NOT NULL DEFAULT 0,
  "session_actions" INTEGER NOT NULL DEFAULT 0,
  "duration_ms" BIGINT NOT NULL DEFAULT 0,
  "bounces" INTEGER NOT NULL DEFAULT 0,
  "conversions" INTEGER NOT NULL DEFAULT 0,
  "conversion_ms" BIGINT NOT NULL DEFAULT 0,
  "si_actions" INTEGER NOT NULL DEFAULT 0,
  "si_users_m" INTEGER NOT NULL DEFAULT 0,
  "si_users_f" INTEGER NOT NULL DEFAULT 0,
  "si_users_unknown" INTEGER NOT NULL DEFAULT 0,
  "si_sessions" INTEGER NOT NULL DEFAULT 0,
  "si_session_actions" INTEGER NOT NULL DEFAULT 0,
  "si_duration_ms" BIGINT NOT NULL DEFAULT 0,
  "si_bounces" INTEGER NOT NULL DEFAULT 0,
  "si_conversions" INTEGER NOT NULL DEFAULT 0,
  "si_conversion_ms" BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY ("site_id", "grain", "day", "hour")
) WITH (fillfactor = 50);

CREATE TABLE "rollup_route" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "grain" "grain" NOT NULL,
  "day" DATE NOT NULL,
  "hour" SMALLINT NOT NULL,
  "route_id" INTEGER NOT NULL,
  "views" INTEGER NOT NULL DEFAULT 0,
  "si_views" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("site_id", "grain", "day", "hour", "route_id")
) WITH (fillfactor = 60);

CREATE TABLE "person_hour" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "person" BIGINT NOT NULL,
  "day" DATE NOT NULL,
  "hour" SMALLINT NOT NULL,
  "interactions" INTEGER NOT NULL DEFAULT 0,
  "si_interactions" INTEGER NOT NULL DEFAULT 0,
  "logins" INTEGER NOT NULL DEFAULT 0,
  "registers" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("site_id", "person", "day", "hour")
) WITH (fillfactor = 80);
CREATE INDEX "person_hour_site_id_day_idx" ON "person_hour" ("site_id", "day");

CREATE TABLE "excluded_event" (
  "id" BIGSERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "category" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "path" TEXT NOT NULL,
  "method" TEXT NOT NULL,
  "status" SMALLINT,
  "address" TEXT,
  "user_agent" TEXT
);
CREATE INDEX "excluded_event_site_id_at_idx" ON "excluded_event" ("site_id", "at");
