import { AppError } from "@/lib/app-error";
import { findForeignOrigin } from "@/lib/http/cross-site";

/** Throws AppError `forbidden` for a browser that sends from another site's page. */
export function requireSameSite(request: Request): void {
  const foreign = findForeignOrigin(request.headers);
  if (foreign !== null) throw new AppError("forbidden", `Pages of ${foreign} may not send here.`);
}
