-- How long answering took in an hour of a site's local day, by route, summed from its events when somebody first asks: percentiles of a whole
-- period without reading its events again. `actions` is the hour's number of interactions then: another one since makes the sums out of date.
CREATE TABLE "response_hour" (
  "site_id" SMALLINT NOT NULL REFERENCES "site" ("id") ON DELETE CASCADE,
  "day" DATE NOT NULL,
  "hour" SMALLINT NOT NULL,
  "actions" INTEGER NOT NULL,
  "routes" JSONB NOT NULL,
  PRIMARY KEY ("site_id", "day", "hour")
);
