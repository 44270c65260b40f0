import { AppError } from "../app-error";
import { UnstorableError } from "../store/unstorable-error";

// Data that a type cannot hold, a constraint that is not met, a limit that a value exceeds; and what our own SQL functions raise about a batch.
const REFUSAL_STATE = /^(22|23|54)|^P0001$/;

// What our own code and Prisma throw over a value before any of it is sent. No lost connection does.
const REFUSAL_NAMES = new Set(["TypeError", "RangeError", "PrismaClientValidationError"]);

/**
 * Whether an error of the store is the database's trouble, which passes, and not about what was to be stored. What nobody knows is taken for
 * trouble: to wait for nothing costs less than to drop what could have been stored.
 */
export function isPassingTrouble(error: unknown): boolean {
  if (error instanceof UnstorableError) return false;
  if (error instanceof AppError) return error.code === "unavailable";
  // Where the state is known it alone decides: the message of a refusal quotes what was refused, which may say anything.
  const state = sqlStateOf(error);
  if (state !== null) return !REFUSAL_STATE.test(state);
  // With a code it is Node's, which names what befell a connection so too.
  return !(error instanceof Error && REFUSAL_NAMES.has(error.name) && !("code" in error));
}

/** PostgreSQL's own code of an error, as its driver gives it or where Prisma's adapter keeps it; null for an error that has none. */
function sqlStateOf(error: unknown): string | null {
  const { severity, code, meta } = (error ?? {}) as {
    severity?: unknown;
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  // Only what the server itself says has a severity: Node's errors and Prisma's have codes of their own.
  const state = severity === undefined ? meta?.driverAdapterError?.cause?.originalCode : code;
  return typeof state === "string" ? state : null;
}

/** An error in words that may be logged and told: by its code only, for its message may quote what was refused, an address or a path. */
export function nameTrouble(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const known = sqlStateOf(error) ?? [code, name].find((word) => typeof word === "string" && /^\w{2,40}$/.test(word)) ?? "unknown";
  return `the database does not take it (${known}).`;
}

/** Message and codes of an error and of what caused it. */
export function describeTrouble(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, meta } = error as { code?: unknown; meta?: unknown };
  const parts = [error.message, code ? String(code) : "", meta ? JSON.stringify(meta) : ""];
  const cause = error.cause === undefined || error.cause === error ? "" : describeCause(error.cause);
  return [...parts, cause].filter(Boolean).join(" ").slice(0, 2_000);
}

function describeCause(cause: unknown): string {
  if (cause instanceof Error) return describeTrouble(cause);
  return typeof cause === "object" && cause !== null ? JSON.stringify(cause) : String(cause);
}
