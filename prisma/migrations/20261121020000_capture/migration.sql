-- The secret of each UTC day that cookieless visitors are hashed with. Rows older than yesterday are deleted, and with them every link.
CREATE TABLE "daily_salt" (
  "day" DATE PRIMARY KEY,
  "salt" TEXT NOT NULL
);

-- What capture counted on a site's local day: prefetches, drops, folds, bots by category.
CREATE TABLE "capture_count" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "day" DATE NOT NULL,
  "name" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  PRIMARY KEY ("site_id", "day", "name")
);

-- What a browser measured of one page view: how far it was read, and the web vitals. One row a page view, the latest values win.
CREATE TABLE "page_vital" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "id" UUID NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "route" TEXT NOT NULL,
  "scroll" SMALLINT,
  "lcp_ms" REAL,
  "inp_ms" REAL,
  "cls" REAL,
  "fcp_ms" REAL,
  "ttfb_ms" REAL,
  PRIMARY KEY ("site_id", "id")
);
CREATE INDEX "page_vital_site_id_at_idx" ON "page_vital" ("site_id", "at");
