-- The first local day of which every event is kept; null when no event was ever forgotten. Numbers of days before it can no longer be recomputed.
ALTER TABLE "site" ADD COLUMN "events_from" DATE;

-- One limit for everything becomes one for each kind.
UPDATE "site" SET "settings" = ("settings" - 'retentionDays') || jsonb_build_object(
  'eventDays', "settings" -> 'retentionDays', 'numberDays', "settings" -> 'retentionDays', 'archiveDays', "settings" -> 'retentionDays')
WHERE "settings" ? 'retentionDays';

-- A month whose partition was dropped may be written to again, by a process that has seen it there: such rows lie in `event_other`, and stay.
CREATE OR REPLACE FUNCTION ensure_event_partition(moment TIMESTAMPTZ) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  first TIMESTAMP := date_trunc('month', moment AT TIME ZONE 'UTC');
  name TEXT := 'event_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtext('ensure_event_partition'));
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)',
      name, first AT TIME ZONE 'UTC', (first + INTERVAL '1 month') AT TIME ZONE 'UTC');
  END IF;
EXCEPTION WHEN check_violation THEN NULL;
END $$;

-- Whom a site has erased, as a digest of their keys: what waited in a buffer or a spool at that time is left out when it comes.
CREATE TABLE "erased_key" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "digest" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY ("site_id", "digest")
);
