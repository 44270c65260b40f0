/** Every refusal this product makes, by name. `error-response.ts` maps each to an HTTP status. */
export type AppErrorCode =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "too-large"
  | "too-many"
  | "unavailable";

const BRAND = Symbol.for("footfall.app-error");

/**
 * An error a person can act on: the message says what was wrong, where, and what to do.
 * `field` names the input at fault, as the caller wrote it; `retryAfterS` says in how many seconds it may be tried again.
 */
export class AppError extends Error {
  /** Next loads routes and instrumentation as separate module graphs, each with a class of this name: an error of the one is known in the other. */
  static [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  readonly [BRAND] = true;
  readonly code: AppErrorCode;
  readonly field: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(code: AppErrorCode, message: string, options: { field?: string; retryAfterS?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.field = options.field;
    this.retryAfterS = options.retryAfterS;
  }
}
