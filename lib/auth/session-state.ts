import { setTimeout as sleep } from "node:timers/promises";
import { keepLatest } from "../capture/keep-latest";
import { db } from "../db/client";
import { readSignIn } from "../store/sign-ins";

const REMEMBER_MS = 5_000;
const WAIT_MS = 250;
const SESSIONS_MAX = 1_000;
const SIGNED_OUT_MAX = 10_000;

/** What a session's token says of it. */
export interface TokenClaims {
  /** The account's id. */
  sub: string;
  sid: string;
  /** When the account's password was last changed then, milliseconds since 1970. */
  passwordChangedAt: number;
}

/** What the database said of a session that nobody signed out of. */
interface State {
  /** On a clock that never jumps, and on that of the events (milliseconds since 1970). */
  readAt: number;
  readAtMs: number;
  accountId: string;
  /** Milliseconds since 1970; null when there is no such account any more. */
  changedAt: number | null;
}

/** A question to the database; whoever asks the same meanwhile gets its answer. */
interface Question {
  askedAt: number;
  accountId: string;
  settled: Promise<void>;
}

/** By session id. */
interface Memory {
  states: Map<string, State>;
  /** Since when this process knows, milliseconds since 1970. Apart, so that no crowd of other sessions drives out a sign-out, which the database may not know. */
  signedOut: Map<string, number>;
  questions: Map<string, Question>;
}

const slot = Symbol.for("footfall.sessions");
type Holder = { [slot]?: Memory };

/** One for the process: Next loads actions and routes as separate module graphs, and what one of them learns the other must know. */
function memory(): Memory {
  const holder = globalThis as Holder;
  holder[slot] ??= { states: new Map(), signedOut: new Map(), questions: new Map() };
  return holder[slot];
}

/** Since when this process knows that a session has ended, milliseconds since 1970; null when it knows of no end. */
function knownEnd({ sid, passwordChangedAt }: TokenClaims): number | null {
  const { states, signedOut } = memory();
  const state = states.get(sid);
  return signedOut.get(sid) ?? (state && state.changedAt !== passwordChangedAt ? state.readAtMs : null);
}

/** At most one question a session in five seconds, also when none is answered: a database in trouble is not asked by each request. */
function askDatabase(claims: TokenClaims): Promise<void> {
  const { questions } = memory();
  const underWay = questions.get(claims.sid);
  if (underWay && performance.now() - underWay.askedAt < REMEMBER_MS) return underWay.settled;
  const question: Question = { askedAt: performance.now(), accountId: claims.sub, settled: Promise.resolve() };
  keepLatest(questions, claims.sid, question, SESSIONS_MAX);
  question.settled = learn(claims, question).catch(() => {});
  return question.settled;
}

async function learn({ sub, sid }: TokenClaims, question: Question): Promise<void> {
  const { states, questions } = memory();
  try {
    const signIn = await readSignIn(db(), sub, sid);
    if (signIn?.revoked) rememberRevoked({ sid });
    // An answer that came too late, or from before this process changed the password, says nothing any more.
    if (questions.get(sid) !== question) return;
    const changedAt = signIn?.passwordChangedAt.getTime() ?? null;
    keepLatest(states, sid, { readAt: performance.now(), readAtMs: Date.now(), accountId: sub, changedAt }, SESSIONS_MAX);
  } finally {
    if (questions.get(sid) === question) questions.delete(sid);
  }
}

/**
 * Whether a session was signed out of, or its account has another password by now, or is gone. What is known is at most five seconds old. False
 * when the database does not say so in a quarter of a second: a page of the site must not wait for it. Never rejects.
 */
export async function hasEnded(claims: TokenClaims): Promise<boolean> {
  if (knownEnd(claims) !== null) return true;
  const state = memory().states.get(claims.sid);
  if (state && performance.now() - state.readAt < REMEMBER_MS) return false;
  const answered = new AbortController();
  const tooLate = sleep(WAIT_MS, undefined, { signal: answered.signal }).catch(() => undefined);
  await Promise.race([askDatabase(claims), tooLate]);
  answered.abort();
  return knownEnd(claims) !== null;
}

/** Whether this process knew at that moment that a session had ended; asks nobody. What was asked for before was the session's still. */
export function wasKnownEnded(claims: TokenClaims, at: Date): boolean {
  const end = knownEnd(claims);
  return end !== null && at.getTime() > end;
}

/** Has this process take a session for ended, whatever the database says. */
export function rememberRevoked({ sid }: Pick<TokenClaims, "sid">): void {
  const { signedOut } = memory();
  keepLatest(signedOut, sid, signedOut.get(sid) ?? Date.now(), SIGNED_OUT_MAX);
}

/** Makes the next reading of any session of an account ask the database. */
export function forgetSessions(accountId: string): void {
  const { states, questions } = memory();
  for (const held of [states, questions]) for (const [sid, { accountId: of }] of held) if (of === accountId) held.delete(sid);
}
