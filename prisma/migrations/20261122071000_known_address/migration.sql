-- Where an account was signed in to: attempts from there are counted apart from everybody else's. It goes with the account.
CREATE TABLE "known_address" (
  "account_id" UUID NOT NULL REFERENCES "account" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "digest" TEXT NOT NULL,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("account_id", "digest")
);
CREATE INDEX "known_address_seen_at_idx" ON "known_address" ("seen_at");
