import { findForeignOrigin } from "./cross-site";

const HARMLESS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * The answer to a form that another site's page sends: 403, before any action runs. Null for every other request. Next checks the origin of
 * its actions too, but calls what it finds a fault of the server.
 */
export function refuseCrossSite(request: { method: string; headers: Headers }): Response | null {
  if (HARMLESS.has(request.method)) return null;
  const foreign = findForeignOrigin(request.headers);
  if (foreign === null) return null;
  const message = `Pages of ${foreign} may not send here.`;
  return Response.json({ error: { code: "forbidden", message } }, { status: 403, headers: { "cache-control": "no-store" } });
}
