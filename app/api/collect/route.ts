import { errorResponse } from "@/app/api/_http/error-response";
import { AppError } from "@/lib/app-error";
import { collect } from "@/lib/capture/collect/collect";
import { knowSite } from "@/lib/capture/know-site";
import { cachedRules, OWN_SITE } from "@/lib/capture/site-cache";
import { judgeOrigin, PREFLIGHT_HEADERS } from "@/lib/http/cors";

export const dynamic = "force-dynamic";

/** Takes events: 202 once they are committed, with those refused and why; 400 when none could be read. */
export async function POST(request: Request): Promise<Response> {
  const { allowed, headers } = await askOrigin(request);
  try {
    if (!allowed) throw stranger(request);
    const { accepted, refused, readable } = await collect(request);
    const [first] = refused;
    if (readable > 0 || !first) return Response.json({ accepted, refused }, { status: 202, headers });
    const error = { code: "invalid", message: first.reason, ...(first.field && { field: first.field }) };
    return Response.json({ error, accepted, refused }, { status: 400, headers });
  } catch (error) {
    return errorResponse(error, headers);
  }
}

/** Answers a browser that asks whether a page of another host may send here. */
export async function OPTIONS(request: Request): Promise<Response> {
  const { allowed, headers } = await askOrigin(request);
  if (!allowed) return errorResponse(stranger(request), headers);
  return new Response(null, { status: 204, headers: { ...headers, ...PREFLIGHT_HEADERS } });
}

async function askOrigin(request: Request) {
  await knowSite(OWN_SITE);
  return judgeOrigin(request.headers, cachedRules(OWN_SITE).mayCollect);
}

const stranger = ({ headers }: Request) =>
  new AppError("forbidden", `Pages of ${(headers.get("origin") ?? "another site").slice(0, 100)} may not send here.`);
