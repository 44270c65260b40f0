import type { NextFetchEvent, NextRequest } from "next/server";
import { rememberRequest } from "@/lib/capture/remember";

export function middleware(request: NextRequest, event: NextFetchEvent) {
  return rememberRequest(request, event);
}

export const config = {
  runtime: "nodejs",
  // The measured site's pages only: being matched costs a request, and neither the dashboard nor an asset is anybody's visit.
  matcher: [
    "/((?!(?:api|dashboard|_next)(?:/|$)|.*\\.(?:avif|css|gif|ico|jpe?g|js|json|map|mjs|mp4|pdf|png|svg|ttf|txt|wasm|webmanifest|webp|woff2?|xml)$).*)",
  ],
};
