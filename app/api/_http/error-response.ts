import { AppError, type AppErrorCode } from "@/lib/app-error";
import { log } from "@/lib/observe/log";

const STATUS: Record<AppErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  "too-many": 429,
  unavailable: 503,
};

/** The one shape of a refusal: `{"error": {"code", "message", "field"?}}`. Anything that is no AppError is a 500 and says nothing of the inside. */
export function errorResponse(error: unknown, headers?: HeadersInit): Response {
  if (error instanceof AppError) {
    const { code, message, field, retryAfterS } = error;
    const response = Response.json({ error: { code, message, ...(field && { field }) } }, { status: STATUS[code], headers });
    if (retryAfterS !== undefined) response.headers.set("Retry-After", String(retryAfterS));
    return response;
  }
  log().error({ err: error }, "a request failed");
  return Response.json(
    { error: { code: "internal", message: "Something went wrong here; it has been logged." } },
    { status: 500, headers },
  );
}
