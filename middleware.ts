import type { NextFetchEvent, NextRequest } from "next/server";
import { rememberRequest } from "@/lib/capture/remember";
import { refuseLargeBody } from "@/lib/http/refuse-large-body";

export function middleware(request: NextRequest, event: NextFetchEvent) {
  const response = rememberRequest(request, event);
  return refuseLargeBody(request) ?? response;
}

export const config = {
  runtime: "nodejs",
  // The measured site's pages only: being matched costs a request, and neither the dashboard nor an asset is anybody's visit.
  matcher: [
    "/((?!(?:api|dashboard|_next)(?:/|$)|.*\\.(?:avif|css|gif|ico|jpe?g|js|json|map|mjs|mp4|pdf|png|svg|ttf|txt|wasm|webmanifest|webp|woff2?|xml)$).*)",
  ],
};
