import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { FEED_LENGTH } from "@/lib/live/live";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { readLatestEvents } from "@/lib/store/read-events";
import { readSite } from "@/lib/store/read-site";

export const dynamic = "force-dynamic";

/** A site's latest events, newest first: what the stream's `feed` says, for clients without a stream. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { id } = await readSite(db(), parseQuery(SnapshotQuery.pick({ site: true }), request.url).site);
    return Response.json(await readLatestEvents(db(), id, FEED_LENGTH), { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return errorResponse(error);
  }
}
