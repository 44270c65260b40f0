import type { IncomingMessage } from "node:http";

/** The route that answers what nobody can read. */
export const MALFORMED = "/api/malformed";

const HOST = /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

type Screened = Pick<IncomingMessage, "url" | "headers">;

/**
 * Sends a request on to `MALFORMED` when its path or its host cannot be read, and takes away what a proxy said in a form that none would:
 * Next and NextAuth build addresses of these, and call it a fault of the server when they cannot.
 */
export function screenRequest(request: Screened): void {
  const { headers } = request;
  for (const [name, valid] of [
    ["x-forwarded-host", isHost],
    ["x-forwarded-proto", isProtocol],
  ] as const) {
    const given = headers[name];
    if (given !== undefined && !valid(firstOf(given))) delete headers[name];
  }
  if (!canDecode(request.url) || (headers.host !== undefined && !isHost(headers.host))) {
    request.url = MALFORMED;
    headers.host = "localhost";
  }
}

const firstOf = (value: string | string[]) => String(value).split(",", 1)[0]?.trim() ?? "";
const isHost = (value: string) => HOST.test(value) && URL.canParse(`http://${value}`);
const isProtocol = (value: string) => value === "http" || value === "https";

function canDecode(url: string | undefined): boolean {
  try {
    // Postgres takes no NUL, and no path of ours has one.
    return !decodeURIComponent(url?.split("?", 1)[0] ?? "").includes("\0");
  } catch {
    return false;
  }
}
