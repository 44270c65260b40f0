import { encode } from "next-auth/jwt";
import { claimsOf } from "../../../lib/auth/session-claims";
import type { BenchServer } from "./servers";

const COOKIE = "authjs.session-token";

/** The session cookie of the owner on that server, as its sign-in form gives it out. */
export async function ownerCookie({ database, authSecret }: BenchServer): Promise<{ name: string; value: string }> {
  const owner = await database.db.account.findFirstOrThrow({ where: { role: "owner" } });
  return { name: COOKIE, value: await encode({ token: claimsOf(owner, new Date()), secret: authSecret, salt: COOKIE }) };
}
