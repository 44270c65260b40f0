import { createHash } from "node:crypto";
import { RateLimiterPrisma, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../app-error";
import { UNKNOWN_NETWORK } from "../capture/network-of";
import type { Db } from "../db/client";
import { db } from "../db/client";
import { isKnownAddress } from "../store/known-addresses";

const WINDOW_S = 15 * 60;

/** How many attempts each counter allows in a quarter of an hour. A sign-in that succeeds gives its attempt back. */
const ALLOWED = {
  "signin-account": 10,
  "signin-known": 10,
  "signin-address": 100,
  "register-account": 10,
  "register-address": 300,
} as const;

type Counter = keyof typeof ALLOWED;
type Limiters = Record<Counter, RateLimiterPrisma>;

function createLimiters(storeClient: Db): Limiters {
  const limiter = (counter: Counter) =>
    new RateLimiterPrisma({ storeClient, tableName: "rateLimit", keyPrefix: counter, points: ALLOWED[counter], duration: WINDOW_S });
  return {
    "signin-account": limiter("signin-account"),
    "signin-known": limiter("signin-known"),
    "signin-address": limiter("signin-address"),
    "register-account": limiter("register-account"),
    "register-address": limiter("register-address"),
  };
}

const known = new WeakMap<Db, Limiters>();

function limiters(client: Db): Limiters {
  const found = known.get(client) ?? createLimiters(client);
  known.set(client, found);
  return found;
}

// Keys are hashed: the table holds nobody's address, and a key of any length or content fits.
const keyOf = (value: string) => createHash("sha256").update(value).digest("base64url");

async function take(limiter: RateLimiterPrisma, value: string): Promise<void> {
  try {
    await limiter.consume(keyOf(value));
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected;
    const retryAfterS = Math.max(1, Math.ceil(rejected.msBeforeNext / 1_000));
    const minutes = Math.ceil(retryAfterS / 60);
    throw new AppError("too-many", `Too many attempts. Please try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`, {
      retryAfterS,
    });
  }
}

/** Whose attempt it is: the account's e-mail as typed, and the client's address. */
export interface Attempt {
  email: string;
  address: string;
}

/**
 * Counts an attempt before it is made, by account and by address, in Postgres: so it holds for all servers of a site together. Where the account
 * was signed in to before, its own attempts from there are counted instead of everybody's: no stranger can use them up. Returns what
 * gives the attempt back: only failures add up. Throws AppError `too-many` when either is used up; the answer, and what it takes, are the same whether
 * the account exists or not.
 */
export async function takeAttempt(
  kind: "signin" | "register",
  { email, address }: Attempt,
  client: Db = db(),
): Promise<() => Promise<void>> {
  const all = limiters(client);
  await take(all[`${kind}-address`], address);
  const known = kind === "signin" && (await isKnownAddress(client, email, address)) && address !== UNKNOWN_NETWORK;
  const [account, key] = known ? [all["signin-known"], `${email} ${address}`] : [all[`${kind}-account`], email];
  await take(account, key);
  return async () => {
    await Promise.all([account.delete(keyOf(key)), all[`${kind}-address`].reward(keyOf(address))]);
  };
}
