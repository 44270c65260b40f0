import { within } from "../capture/within";
import type { Db } from "../db/client";
import { db } from "../db/client";
import { revokeSignIn } from "../store/sign-ins";
import type { SessionClaims } from "./session-claims";
import { rememberRevoked } from "./session-state";

const PATIENCE_MS = 2_000;

/**
 * Ends a session for whoever holds its token: on this server at once, on others within seconds. Rejects when the database does not take it in two
 * seconds; then the token stays good for those servers.
 */
export async function endSession(claims: Pick<SessionClaims, "sub" | "sid" | "endsAt">, client: Db = db()): Promise<void> {
  rememberRevoked(claims);
  await within(PATIENCE_MS, revokeSignIn(client, claims.sid, new Date(claims.endsAt)));
}
