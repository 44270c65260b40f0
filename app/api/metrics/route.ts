import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { readSnapshot } from "@/lib/store/read-snapshot";

export const dynamic = "force-dynamic";

/** The snapshot of a day or a week. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const snapshot = await readSnapshot(db(), parseQuery(SnapshotQuery, request.url), new Date());
    return Response.json(snapshot, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return errorResponse(error);
  }
}
