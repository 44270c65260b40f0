import { AppError } from "../app-error";

const DISTINCT_MIN = 10;
const HERE = new Set(["localhost", "127.0.0.1", "[::1]", ""]);

const HOW = "Set AUTH_SECRET to at least 32 random characters, as from: openssl rand -base64 33";

/** Whether a database address names this machine. */
export const isLocalDatabase = (url: string): boolean => URL.canParse(url) && HERE.has(new URL(url).hostname);

/**
 * Sessions are worth what the secret is worth. Throws AppError `invalid` (field AUTH_SECRET) for one that is repeated from a few
 * characters, and for a missing one where none may be made up: a database elsewhere can have several servers, which must share it.
 */
export function checkAuthSecret(secret: string | undefined, { mayGenerate }: { mayGenerate: boolean }): void {
  if (secret === undefined) {
    if (mayGenerate) return;
    throw new AppError("invalid", `AUTH_SECRET is not set, and with a database on another machine none is made up. ${HOW}`, {
      field: "AUTH_SECRET",
    });
  }
  if (secret.length < 32 || new Set(secret).size < DISTINCT_MIN) {
    throw new AppError("invalid", `AUTH_SECRET is too weak: it can be guessed. ${HOW}`, { field: "AUTH_SECRET" });
  }
}
