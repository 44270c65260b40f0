-- The latest of the side notes (requests left out, counts by day) that each process has stored, by its number: what is sent again because its answer was
-- lost changes nothing. A row a process; those of processes long gone are removed by later ones.
CREATE TABLE "capture_flush" (
  "writer" UUID PRIMARY KEY,
  "sequence" BIGINT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
