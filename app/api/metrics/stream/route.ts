import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { liveHub } from "@/lib/live/live";
import { webOutlet } from "@/lib/live/outlet";
import { responseOutlet } from "@/lib/live/response-outlet";
import { STREAM_HEADERS } from "@/lib/live/sse";
import { takeStreamResponse } from "@/lib/live/stream-responses";
import { SnapshotQuery } from "@/lib/metrics/snapshot";

export const dynamic = "force-dynamic";

/** The snapshot and the feed as server-sent events: the present ones at once, whatever the browser saw last, then every change. */
export async function GET(request: Request): Promise<Response> {
  try {
    const permit = await requireRole("viewer");
    const hub = liveHub();
    if (!hub) throw new AppError("unavailable", "The server is stopping; try again in a moment.");
    const query = parseQuery(SnapshotQuery, request.url);
    if (request.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    const response = takeStreamResponse(request.headers);
    if (response) {
      await hub.watch(query, responseOutlet(response), permit);
      return new Response(null, { headers: STREAM_HEADERS });
    }
    const { stream, open } = webOutlet();
    await hub.watch(query, open, permit);
    // A client that left meanwhile is told to nobody later.
    if (request.signal.aborted) await stream.cancel();
    return new Response(stream, { headers: STREAM_HEADERS });
  } catch (error) {
    return errorResponse(error);
  }
}
