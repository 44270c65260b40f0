import type { Db } from "../db/client";
import type { Role } from "../db/generated/client";

/** What the database says of an account, and of a session that was opened with it. */
export interface SignIn {
  email: string;
  name: string;
  surname: string;
  role: Role;
  passwordChangedAt: Date;
  /** Somebody signed out of this session. */
  revoked: boolean;
}

/** One question, so that both are of one moment; null without such an account. */
export async function readSignIn(db: Db, accountId: string, sid: string): Promise<SignIn | null> {
  const rows = await db.$queryRaw<SignIn[]>`
    SELECT email, name, surname, role::text AS role, password_changed_at AS "passwordChangedAt",
      EXISTS (SELECT FROM revoked_session WHERE sid = ${sid}::uuid) AS revoked
    FROM account WHERE id = ${accountId}::uuid`;
  return rows[0] ?? null;
}

/** Notes that a session was signed out of, until its token has run out, and forgets those whose token has: for a day more, as clocks differ. */
export async function revokeSignIn(db: Db, sid: string, until: Date): Promise<void> {
  await db.$executeRaw`
    WITH swept AS (DELETE FROM revoked_session WHERE until < CURRENT_TIMESTAMP - interval '1 day')
    INSERT INTO revoked_session (sid, until) VALUES (${sid}::uuid, ${until}) ON CONFLICT DO NOTHING`;
}
