import { randomInt } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

// OWASP's first choice of argon2id parameters: 19 MiB, two passes, one lane.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const READABLE = "abcdefghjkmnpqrstuvwxyz23456789";

let unknownAccountHash: Promise<string> | undefined;

/** The argon2id hash of a password, in PHC format with its own salt. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/**
 * Whether a password matches a stored hash. Without a hash (no such account) it does the same work on a throw-away one and says no,
 * so that the time taken does not tell whether an account exists.
 */
export async function verifyPassword(storedHash: string | null, password: string): Promise<boolean> {
  unknownAccountHash ??= hashPassword(generatePassword());
  const matches = await verify(storedHash ?? (await unknownAccountHash), password);
  return storedHash !== null && matches;
}

/** A random password of 16 letters and digits that are hard to confuse, in groups of four: about 79 bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}
