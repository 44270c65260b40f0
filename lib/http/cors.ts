import { findForeignOrigin } from "./cross-site";

const PREFLIGHT_S = 600;

/** What a browser is told about an answer that another site's page asked for. */
export type Cors = { allowed: boolean; headers: Record<string, string> };

/**
 * Whether a page may send here, and the headers that let its browser go through with it. The app's own pages and what is no browser may;
 * a page of another host if `isOurs` knows it. To a stranger nothing is said, least of all that cookies may come along.
 */
export function judgeOrigin(headers: Headers, isOurs: (host: string) => boolean): Cors {
  if (findForeignOrigin(headers) === null) return { allowed: true, headers: {} };
  const origin = headers.get("origin");
  const vary = { Vary: "Origin" };
  if (!origin || !/^https?:\/\//.test(origin) || !URL.canParse(origin) || !isOurs(new URL(origin).host))
    return { allowed: false, headers: vary };
  return {
    allowed: true,
    headers: { ...vary, "Access-Control-Allow-Origin": new URL(origin).origin, "Access-Control-Allow-Credentials": "true" },
  };
}

/** What a browser is told that asks before it sends. */
export const PREFLIGHT_HEADERS = {
  "Access-Control-Allow-Methods": "POST",
  "Access-Control-Allow-Headers": "content-type",
  "Access-Control-Max-Age": String(PREFLIGHT_S),
};
