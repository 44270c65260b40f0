/**
 * The origin of the other site's page that sent this request, or null when it is one of ours or no browser's: browsers name the page in
 * `Origin` whenever something could change. A page without a name (`null`: a sandboxed frame) is a stranger's too. What a proxy says the
 * browser asked for counts before what the proxy asked; no page can make a browser send that header elsewhere.
 */
export function findForeignOrigin(headers: Headers): string | null {
  const origin = headers.get("origin");
  if (origin === null) return headers.get("sec-fetch-site") === "cross-site" ? "another site" : null;
  const own = headers.get("x-forwarded-host")?.split(",", 1)[0]?.trim() || headers.get("host");
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  return host !== null && host === own ? null : origin.slice(0, 100);
}
