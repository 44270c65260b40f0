-- Finds the sessions that signed in during a period: the rows behind the lens "signed-in".
CREATE INDEX "session_site_id_login_at_idx" ON "session" ("site_id", "login_at") WHERE "login_at" IS NOT NULL;
