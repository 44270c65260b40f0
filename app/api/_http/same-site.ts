import { AppError } from "@/lib/app-error";

/** Throws AppError `forbidden` for a browser that sends from another site's page. A request without `Origin` is no browser's cross-site post. */
export function requireSameSite(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null) return;
  const own = [request.headers.get("x-forwarded-host"), request.headers.get("host")];
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  if (host === null || !own.includes(host)) throw new AppError("forbidden", `Pages of ${origin.slice(0, 100)} may not send here.`);
}
