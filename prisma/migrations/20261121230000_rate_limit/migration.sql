CREATE TABLE "rate_limit" (
  "key" TEXT PRIMARY KEY,
  "points" INTEGER NOT NULL,
  "expire" TIMESTAMPTZ(3)
) WITH (fillfactor = 80);
CREATE INDEX "rate_limit_expire_idx" ON "rate_limit" ("expire");
