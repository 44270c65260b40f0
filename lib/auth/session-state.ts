import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../db/client";
import { readSignIn } from "../store/sign-ins";

const REMEMBER_MS = 5_000;
const WAIT_MS = 250;
const REMEMBERED_MAX = 1_000;

/** What a session's token says of it. */
export interface TokenClaims {
  /** The account's id. */
  sub: string;
  sid: string;
  /** When the account's password was last changed then, milliseconds since 1970. */
  passwordChangedAt: number;
}

interface Remembered {
  /** On a clock that never jumps, and on that of the events (milliseconds since 1970). */
  readAt: number;
  readAtMs: number;
  accountId: string;
  /** Milliseconds since 1970; null when there is no such account any more. */
  changedAt: number | null;
  revoked: boolean;
}

const slot = Symbol.for("footfall.session-states");
type Holder = { [slot]?: Map<string, Remembered> };

/** By session id. One for the process: Next loads actions and routes as separate module graphs, and what one of them learns the other must know. */
function states(): Map<string, Remembered> {
  const holder = globalThis as Holder;
  holder[slot] ??= new Map();
  return holder[slot];
}

function remember(sid: string, state: Omit<Remembered, "readAt" | "readAtMs">): Remembered {
  if (states().size >= REMEMBERED_MAX) states().clear();
  const remembered = { ...state, readAt: performance.now(), readAtMs: Date.now() };
  states().set(sid, remembered);
  return remembered;
}

const endedBy = ({ revoked, changedAt }: Remembered, { passwordChangedAt }: TokenClaims) => revoked || changedAt !== passwordChangedAt;

async function readFromDatabase({ sub, sid }: TokenClaims): Promise<Remembered> {
  const signIn = await readSignIn(db(), sub, sid);
  // Signed out of on this server while the database was asked, or could not be told.
  const revoked = signIn?.revoked === true || states().get(sid)?.revoked === true;
  return remember(sid, { accountId: sub, changedAt: signIn?.passwordChangedAt.getTime() ?? null, revoked });
}

/**
 * Whether a session was signed out of, or its account has another password by now, or is gone. What is known is at most five seconds old. False
 * when the database does not say so in a quarter of a second: a page of the site must not wait for it.
 */
export async function hasEnded(claims: TokenClaims): Promise<boolean> {
  const known = states().get(claims.sid);
  if (known && (endedBy(known, claims) || performance.now() - known.readAt < REMEMBER_MS)) return endedBy(known, claims);
  const answered = new AbortController();
  const tooLate = sleep(WAIT_MS, undefined, { signal: answered.signal }).catch(() => undefined);
  try {
    const state = await Promise.race([readFromDatabase(claims).catch(() => known), tooLate]);
    return state !== undefined && endedBy(state, claims);
  } finally {
    answered.abort();
  }
}

/** Whether this process knew at that moment that a session had ended; asks nobody. What was asked for before was the session's still. */
export function wasKnownEnded(claims: TokenClaims, at: Date): boolean {
  const known = states().get(claims.sid);
  return known !== undefined && endedBy(known, claims) && at.getTime() > known.readAtMs;
}

/** Has this process take a session for ended, whatever the database says. */
export function rememberRevoked({ sub, sid }: Pick<TokenClaims, "sub" | "sid">): void {
  remember(sid, { accountId: sub, changedAt: null, revoked: true });
}

/** Makes the next reading of any session of an account ask the database. */
export function forgetSessions(accountId: string): void {
  for (const [sid, state] of states()) if (state.accountId === accountId && !state.revoked) states().delete(sid);
}
