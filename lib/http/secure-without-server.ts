import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { REQUEST_ID_HEADER } from "../capture/state";
import { securityHeaders } from "./security-headers";

/**
 * Adds the security headers to what middleware answers where no server of our own sets them (Vercel); elsewhere the answer is returned as
 * it is. Next takes the nonce for its scripts from the request that middleware passes on.
 */
export function secureWithoutServer(request: NextRequest, response: Response): Response {
  if (request.headers.has(REQUEST_ID_HEADER)) return response;
  const nonce = randomBytes(16).toString("base64");
  const secured = securityHeaders({ nonce, https: request.nextUrl.protocol === "https:" });
  const forwarded = new Headers(request.headers);
  forwarded.set("x-nonce", nonce);
  forwarded.set("content-security-policy", secured["Content-Security-Policy"] ?? "");
  if (response.headers.has("x-middleware-next")) {
    const passedOn = NextResponse.next({ request: { headers: forwarded } });
    for (const [name, value] of passedOn.headers) response.headers.set(name, value);
  }
  for (const [name, value] of Object.entries(secured)) response.headers.set(name, value);
  return response;
}
