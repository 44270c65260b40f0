-- The latest request that was counted under a name on a day, as an example: `{ at, path, userAgent }`. It is forgotten with the events of its day.
ALTER TABLE "capture_count" ADD COLUMN "example" JSONB;
