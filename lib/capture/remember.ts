import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server";
import { env } from "../env";
import { count, exampleOf } from "./counters";
import { describeRequest } from "./describe-request";
import { isSecure } from "./is-secure";
import { chooseIdentity } from "./privacy";
import { keepHeaders, type Remembered } from "./remembered";
import { cachedSettings, OWN_SITE } from "./site-cache";
import { findRoute } from "./site-routes";
import { captureState, REQUEST_ID_HEADER } from "./state";
import { makeVisitorId, parseVisitorId, VISITOR_COOKIE, visitorCookieOptions } from "./visitor-cookie";

/**
 * What middleware does: says what the request is, gives the visitor its cookie, and leaves the rest to the moment the response is
 * complete. Waits for nothing.
 */
export function rememberRequest(request: NextRequest, event: NextFetchEvent): NextResponse {
  const response = NextResponse.next();
  const description = describeRequest({ method: request.method, header: (name) => request.headers.get(name) });
  if ("ignored" in description) {
    count(`ignored:${description.ignored}`, 1, exampleOf(request.nextUrl.pathname, request.headers.get("user-agent")));
    return response;
  }
  const headers = keepHeaders(request.headers);
  const identity = chooseIdentity(headers, cachedSettings(OWN_SITE), env().FOOTFALL_IDENTITY);
  if (identity === "none") {
    count("ignored:privacy-signal");
    return response;
  }
  const { pathname, search } = request.nextUrl;
  finish(request, event, {
    site: OWN_SITE,
    kind: description.kind,
    method: request.method,
    route: findRoute(pathname),
    path: pathname.slice(0, 1000),
    search: search.slice(0, 2000),
    host: request.headers.get("host") ?? request.nextUrl.host,
    ...(identity === "cookie" ? identify(request, response) : { visitorId: null, knownVisitor: false }),
    secure: isSecure(request.headers, request.nextUrl.protocol),
    headers,
  });
  return response;
}

function identify(request: NextRequest, response: NextResponse): { visitorId: string; knownVisitor: boolean } {
  const known = parseVisitorId(request.cookies.get(VISITOR_COOKIE)?.value);
  if (known) return { visitorId: known, knownVisitor: true };
  const visitorId = makeVisitorId();
  response.cookies.set(VISITOR_COOKIE, visitorId, visitorCookieOptions(request.nextUrl.protocol === "https:"));
  return { visitorId, knownVisitor: false };
}

function finish(request: NextRequest, event: NextFetchEvent, remembered: Remembered): void {
  const running = captureState().running.get(request.headers.get(REQUEST_ID_HEADER) ?? "");
  if (running) running.remembered = remembered;
  // No server of our own (Vercel): nobody will tell of the end, so the event is stored now, after the answer, with its status unknown.
  else recordAfterwards(event, remembered, new Date());
}

const recordAfterwards = (event: NextFetchEvent, remembered: Remembered, at: Date) =>
  event.waitUntil(import("./record-at-once").then(({ recordAtOnce }) => recordAtOnce(remembered, at)));
