CREATE TYPE "run_state" AS ENUM ('queued', 'running', 'succeeded', 'failed', 'cancelled');
CREATE TYPE "step_state" AS ENUM ('running', 'succeeded', 'skipped', 'failed', 'interrupted');

CREATE TABLE "pipeline_run" (
  "id" BIGSERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "day" DATE NOT NULL,
  "attempt" INTEGER NOT NULL,
  "workflow_id" TEXT NOT NULL UNIQUE,
  "state" "run_state" NOT NULL DEFAULT 'queued',
  "started_by" TEXT NOT NULL,
  "range_from" DATE,
  "range_to" DATE,
  "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "started_at" TIMESTAMPTZ(3),
  "finished_at" TIMESTAMPTZ(3),
  "actions" INTEGER,
  "published" BOOLEAN NOT NULL DEFAULT FALSE,
  "error" TEXT,
  UNIQUE ("site_id", "day", "attempt")
);
-- One run of a day at a time, whoever starts it.
CREATE UNIQUE INDEX "pipeline_run_active_key" ON "pipeline_run" ("site_id", "day") WHERE "state" IN ('queued', 'running');
CREATE INDEX "pipeline_run_unfinished_idx" ON "pipeline_run" ("site_id") WHERE "state" IN ('queued', 'running');

CREATE TABLE "pipeline_step" (
  "run_id" BIGINT NOT NULL REFERENCES "pipeline_run" ("id") ON DELETE CASCADE,
  "step" TEXT NOT NULL,
  "attempt" INTEGER NOT NULL,
  "state" "step_state" NOT NULL DEFAULT 'running',
  "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "finished_at" TIMESTAMPTZ(3),
  "rows" BIGINT,
  "bytes" BIGINT,
  "log" TEXT[] NOT NULL DEFAULT '{}',
  "error" TEXT,
  PRIMARY KEY ("run_id", "step", "attempt")
);

-- Times are whole milliseconds; `timed` counts the accesses that have a time spent.
CREATE TABLE "daily_address_page" (
  "total_ms" BIGINT NOT NULL,
  "max_ms" BIGINT,
  "min_ms" BIGINT,
  "day" DATE NOT NULL,
  "route_id" INTEGER NOT NULL,
  "accesses" INTEGER NOT NULL,
  "timed" INTEGER NOT NULL,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "address" TEXT NOT NULL,
  PRIMARY KEY ("site_id", "day", "address", "route_id")
);

CREATE TABLE "daily_address" (
  "total_ms" BIGINT NOT NULL,
  "max_ms" BIGINT,
  "min_ms" BIGINT,
  "first_at" TIMESTAMPTZ(3) NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  "day" DATE NOT NULL,
  "accesses" INTEGER NOT NULL,
  "timed" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "address" TEXT NOT NULL,
  "country" TEXT,
  PRIMARY KEY ("site_id", "day", "address")
);

CREATE TABLE "daily_page" (
  "total_ms" BIGINT NOT NULL,
  "max_ms" BIGINT,
  "min_ms" BIGINT,
  "day" DATE NOT NULL,
  "route_id" INTEGER NOT NULL,
  "accesses" INTEGER NOT NULL,
  "timed" INTEGER NOT NULL,
  "addresses" INTEGER NOT NULL,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  PRIMARY KEY ("site_id", "day", "route_id")
);

CREATE TABLE "launch" (
  "id" TEXT PRIMARY KEY,
  "slug" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "net" TIMESTAMPTZ(3) NOT NULL,
  "net_precision" TEXT,
  "window_start" TIMESTAMPTZ(3),
  "window_end" TIMESTAMPTZ(3),
  "status" TEXT NOT NULL,
  "status_text" TEXT,
  "provider" TEXT,
  "rocket" TEXT,
  "mission" TEXT,
  "mission_text" TEXT,
  "orbit" TEXT,
  "pad" TEXT,
  "location" TEXT,
  "country" TEXT,
  "updated_at" TIMESTAMPTZ(3)
);
CREATE INDEX "launch_net_idx" ON "launch" ("net");

-- One row: what the source of launches last said, and when it was asked.
CREATE TABLE "launch_source" (
  "id" SMALLINT PRIMARY KEY DEFAULT 1 CHECK ("id" = 1),
  "etag" TEXT,
  "last_modified" TEXT,
  "checked_at" TIMESTAMPTZ(3),
  "changed_at" TIMESTAMPTZ(3),
  "asked" TIMESTAMPTZ(3)[] NOT NULL DEFAULT '{}',
  "not_before" TIMESTAMPTZ(3)
);
INSERT INTO "launch_source" ("id") VALUES (1);
