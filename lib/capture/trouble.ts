// Connection, transaction state, prepared statement, sign-in, no such database, serialisation and deadlock, the schema (another version's server has
// migrated, or not yet), out of resources, object in use, shut down, system; and a plan that outlived its table. No event's content causes one of these.
const PASSING_STATE = /^(08|25|26|28|3D|40|42|53|55|57|58)|^0A000$/;

// What reaches no server has no such state: Prisma's words for connection, pool and transaction trouble, and Node's.
const PASSING_WORDS = /\b(P1\d{3}|P2024|P2028|P2034|ECONN\w*|EPIPE|ENOTFOUND|ETIMEDOUT)\b|no answer within|timeout|terminat|closed/i;

/** Whether an error of the store is the database's trouble, which passes, and not about what was to be stored. */
export function isPassingTrouble(error: unknown): boolean {
  const state = sqlStateOf(error);
  // Where the state is known it alone decides: the message of a refusal quotes what was refused, which may say "closed" or 53000.
  return state === null ? PASSING_WORDS.test(describeTrouble(error)) : PASSING_STATE.test(state);
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
