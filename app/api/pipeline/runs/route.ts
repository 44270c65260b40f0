import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { readPipeline } from "@/app/dashboard/pipeline/read-pipeline";
import { requireRole } from "@/lib/auth/require-role";
import { SnapshotQuery } from "@/lib/metrics/snapshot";

export const dynamic = "force-dynamic";

/** The pipeline's runs of a site, for the page that follows them. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { site } = parseQuery(SnapshotQuery.pick({ site: true }), request.url);
    return Response.json(await readPipeline(site), { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return errorResponse(error);
  }
}
