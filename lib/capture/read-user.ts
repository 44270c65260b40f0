import { getToken } from "next-auth/jwt";
import { z } from "zod";
import { hasEnded, type TokenClaims, wasKnownEnded } from "../auth/session-state";
import { env } from "../env";
import { cacheLatest } from "./bounded-cache";
import { cleanText } from "./clean-text";
import { type EventUser, GENDERS } from "./event";

/** Secure where the site is served by https. A long token is cut into numbered cookies. */
const SESSION_COOKIES = ["__Secure-authjs.session-token", "authjs.session-token"];

const Claims = z.object({
  sub: z.string().min(1).max(200),
  sid: z.string(),
  passwordChangedAt: z.number(),
  name: z.string(),
  gender: z.enum(GENDERS).default("unknown"),
  endsAt: z.number(),
  exp: z.number(),
});

type Session = { user: EventUser; claims: TokenClaims; endsAtMs: number };

/**
 * Who was signed in at a moment, by the session's encrypted token: nobody can make one up. Null without a valid session, and with one that this
 * process knew had ended. Waits for no database: what that says of the session, if nobody asked lately, is for the requests that come next.
 */
export async function readUser(cookie: string | undefined, at = new Date()): Promise<EventUser | null> {
  const session = await readSession(cookie, at);
  if (!session || wasKnownEnded(session.claims, at)) return null;
  void hasEnded(session.claims);
  return session.user;
}

/** Who is signed in now, by the session's token and by what the database says of it, if it does in a quarter of a second. Asks nothing without a token. */
export async function askUser(cookie: string | undefined): Promise<EventUser | null> {
  const session = await readSession(cookie, new Date());
  return session && !(await hasEnded(session.claims)) ? session.user : null;
}

async function readSession(cookie: string | undefined, at: Date): Promise<Session | null> {
  const name = SESSION_COOKIES.find((candidate) => cookie?.includes(`${candidate}=`) || cookie?.includes(`${candidate}.0=`));
  const session = name && cookie ? await decodeSession(`${name}\n${sessionPart(cookie, name)}`) : null;
  // What is remembered of a token holds no longer than the token.
  return session && at.getTime() < session.endsAtMs ? session : null;
}

/** Only the session's own cookies, so that the cache finds a visitor again whatever else its other cookies say. */
const sessionPart = (cookie: string, name: string): string =>
  cookie
    .split(/;\s*/)
    .filter((pair) => pair.startsWith(name))
    .join("; ");

const decodeSession = cacheLatest(2_000, async (key: string): Promise<Session | null> => {
  const [cookieName = "", cookie = ""] = key.split("\n");
  const secret = env().AUTH_SECRET;
  if (!secret) return null;
  try {
    const token = await getToken({ req: { headers: { cookie } }, secret, cookieName, secureCookie: cookieName.startsWith("__Secure-") });
    const claims = Claims.safeParse(token);
    if (!claims.success) return null;
    const { sub, name, gender, exp, endsAt } = claims.data;
    return { user: { key: sub, label: cleanText(name, 200) ?? sub, gender }, claims: claims.data, endsAtMs: Math.min(exp * 1_000, endsAt) };
  } catch {
    return null; // an expired or foreign token
  }
});
