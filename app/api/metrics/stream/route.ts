import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { liveHub } from "@/lib/live/live";
import { STREAM_HEADERS } from "@/lib/live/sse";
import { SnapshotQuery } from "@/lib/metrics/snapshot";

export const dynamic = "force-dynamic";

/** The snapshot and the feed as server-sent events: the present ones at once, whatever the browser saw last, then every change. */
export async function GET(request: Request): Promise<Response> {
  try {
    const permit = await requireRole("viewer");
    const hub = liveHub();
    if (!hub) throw new AppError("unavailable", "The server is stopping; try again in a moment.");
    const stream = await hub.watch(parseQuery(SnapshotQuery, request.url), permit);
    // A client that left meanwhile is told to nobody later.
    if (request.signal.aborted) await stream.cancel();
    return new Response(stream, { headers: STREAM_HEADERS });
  } catch (error) {
    return errorResponse(error);
  }
}
