import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../db/client";

const REMEMBER_MS = 5_000;
const WAIT_MS = 250;
const REMEMBERED_MAX = 1_000;

interface Remembered {
  readAt: number;
  /** Milliseconds since 1970; null when there is no such account any more. */
  changedAt: number | null;
}

const slot = Symbol.for("footfall.password-dates");
type Holder = { [slot]?: Map<string, Remembered> };

/** One for the process: Next loads actions and routes as separate module graphs, and what one of them forgets the other must forget too. */
function dates(): Map<string, Remembered> {
  const holder = globalThis as Holder;
  holder[slot] ??= new Map();
  return holder[slot];
}

async function readFromDatabase(accountId: string): Promise<number | null> {
  const account = await db().account.findUnique({ where: { id: accountId }, select: { passwordChangedAt: true } });
  const changedAt = account?.passwordChangedAt.getTime() ?? null;
  if (dates().size >= REMEMBERED_MAX) dates().clear();
  dates().set(accountId, { readAt: performance.now(), changedAt });
  return changedAt;
}

/**
 * When an account's password was last changed (milliseconds since 1970), null without such an account, and undefined when the database
 * does not say so in a quarter of a second: a page of the site must not wait for it. At most five seconds old.
 */
export async function readPasswordDate(accountId: string): Promise<number | null | undefined> {
  const known = dates().get(accountId);
  if (known && performance.now() - known.readAt < REMEMBER_MS) return known.changedAt;
  const answered = new AbortController();
  const tooLate = sleep(WAIT_MS, undefined, { signal: answered.signal }).catch(() => undefined);
  const read = readFromDatabase(accountId).catch(() => known?.changedAt);
  try {
    return await Promise.race([read, tooLate]);
  } finally {
    answered.abort();
  }
}

/** Makes the next reading ask the database. */
export function forgetPasswordDate(accountId: string): void {
  dates().delete(accountId);
}
