import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server";
import { rememberRequest } from "@/lib/capture/remember";
import { refuseCrossSite } from "@/lib/http/refuse-cross-site";
import { refuseLargeBody } from "@/lib/http/refuse-large-body";
import { secureWithoutServer } from "@/lib/http/secure-without-server";

export function middleware(request: NextRequest, event: NextFetchEvent) {
  const isMeasured = !request.nextUrl.pathname.startsWith("/dashboard");
  const response = isMeasured ? rememberRequest(request, event) : NextResponse.next();
  return secureWithoutServer(request, refuseCrossSite(request) ?? refuseLargeBody(request) ?? response);
}

export const config = {
  runtime: "nodejs",
  // The measured site's pages only: being matched costs a request, and neither the dashboard nor an asset is anybody's visit.
  matcher: [
    "/((?!(?:api|dashboard|_next)(?:/|$)|.*\\.(?:avif|css|gif|ico|jpe?g|js|json|map|mjs|mp4|pdf|png|svg|ttf|txt|wasm|webmanifest|webp|woff2?|xml)$).*)",
    // What is sent to the dashboard, which has a content type, is looked at; what is read is not.
    { source: "/dashboard/:path*", has: [{ type: "header", key: "content-type" }] },
    // Where no server of our own has set the security headers, as that header tells, the dashboard passes through here for their sake.
    { source: "/dashboard/:path*", missing: [{ type: "header", key: "x-footfall-request" }] },
  ],
};
