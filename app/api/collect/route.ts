import { errorResponse } from "@/app/api/_http/error-response";
import { requireSameSite } from "@/app/api/_http/same-site";
import { collect } from "@/lib/capture/collect/collect";

export const dynamic = "force-dynamic";

/** Takes events: 202 once they are committed, with those refused and why; 400 when none could be read. */
export async function POST(request: Request): Promise<Response> {
  try {
    requireSameSite(request);
    const { accepted, refused } = await collect(request);
    const [first] = refused;
    if (accepted > 0 || !first) return Response.json({ accepted, refused }, { status: 202 });
    const error = { code: "invalid", message: first.reason, ...(first.field && { field: first.field }) };
    return Response.json({ error, accepted, refused }, { status: 400 });
  } catch (error) {
    return errorResponse(error);
  }
}
