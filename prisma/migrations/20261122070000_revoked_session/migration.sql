-- A session's token is not held anywhere: signing out notes its id until the token would have run out by itself.
CREATE TABLE "revoked_session" (
  "sid" UUID PRIMARY KEY,
  "until" TIMESTAMPTZ(3) NOT NULL
);
CREATE INDEX "revoked_session_until_idx" ON "revoked_session" ("until");
