import { errorResponse } from "@/app/api/_http/error-response";
import { requireRole } from "@/lib/auth/require-role";
import { env } from "@/lib/env";
import { isBearer } from "@/lib/http/bearer";
import { exposeMetrics } from "@/lib/observe/prometheus";

export const dynamic = "force-dynamic";

/** What this process measures of itself, for Prometheus. For whoever sends METRICS_TOKEN as a bearer token, or may see the dashboard. */
export async function GET(request: Request): Promise<Response> {
  try {
    if (!isBearer(request, env().METRICS_TOKEN)) await requireRole("viewer");
    const { text, contentType } = await exposeMetrics();
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  } catch (error) {
    return errorResponse(error);
  }
}
