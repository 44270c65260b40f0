-- What owners and admins did. Rows are added and never changed.
CREATE TABLE "audit_entry" (
  "id" BIGSERIAL PRIMARY KEY,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "actor" TEXT NOT NULL,
  "action" TEXT NOT NULL,
  "site_id" SMALLINT,
  "details" JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX "audit_entry_at_idx" ON "audit_entry" ("at");
