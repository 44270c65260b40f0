-- Browsers and users whose requests are the owner's own traffic: from the moment of the mark on they are stored apart.
CREATE TABLE "own_traffic" (
  "id" SERIAL PRIMARY KEY,
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('visitor', 'user')),
  "key" TEXT NOT NULL,
  "label" TEXT NOT NULL,
  "marked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX "own_traffic_site_id_kind_key_key" ON "own_traffic" ("site_id", "kind", "key");

-- What failed is little, and is asked for over a whole period: without this, all that did not fail would be read for it.
CREATE INDEX "event_site_id_at_failed_idx" ON "event" ("site_id", "at") WHERE "status" >= 400;
