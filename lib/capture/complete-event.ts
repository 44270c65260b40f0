import { findBot, findHeadlessBrand } from "./bots";
import { boundValues } from "./bounded-values";
import type { CaptureContext } from "./capture-context";
import { cleanText } from "./clean-text";
import type { EventUser, NewEvent } from "./event";
import { readClient } from "./read-client";
import { readCookie } from "./read-cookie";
import { readReferral } from "./read-referral";
import type { ExcludedRequest, IgnoreReason } from "./reasons";
import type { Remembered } from "./remembered";
import { NOT_FOUND_ROUTE } from "./site-routes";
import type { OutcomeUpdate } from "./state";
import { parseVisitorId, VISITOR_COOKIE } from "./visitor-cookie";

/** A remembered request whose response is complete, or, where nobody tells of that, as it came in. */
export type CompletedRequest = {
  id: string;
  at: Date;
  remembered: Remembered;
  mark: OutcomeUpdate;
  /** `unknown`: no server of ours saw the response. `null`: the connection closed before an answer began. */
  status: number | null | "unknown";
  durationMs: number | null;
  peerAddress: string | null;
  /** Who was signed in when the request came in. */
  user: EventUser | null;
};

export type Completion = { event: NewEvent } | { excluded: ExcludedRequest } | { ignored: IgnoreReason };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The browser is told to send the same form elsewhere; after the other redirects it only looks at what came of it. */
const SENT_ON = new Set([307, 308]);
const boundPaths = boundValues("path", 5_000);

/**
 * Makes the event of a request. What opened no page (a redirect, a connection closed early) is ignored; what a machine sent, or what the
 * owner leaves out, is excluded.
 */
export function completeEvent(request: CompletedRequest, context: CaptureContext): Completion {
  const { remembered, at } = request;
  const unfinished = findUnfinished(request);
  if (unfinished) return { ignored: unfinished };

  const { address, country } = context.locate(remembered.headers, request.peerAddress);
  const userAgent = cleanText(remembered.headers["user-agent"], 512) ?? "";
  const status = request.status === "unknown" ? null : request.status;
  const storedAddress = context.maskAddress(address, remembered.site);
  const path = cleanText(remembered.path, 1000) ?? "/";
  const visitor = remembered.visitorId ?? context.nameVisitor({ site: remembered.site, address, userAgent }, at);
  const user = request.mark.user ?? request.user;
  const cookie = parseVisitorId(readCookie(remembered.headers.cookie, VISITOR_COOKIE));
  const verdict =
    context.judgeByRules(remembered.site, { address, host: remembered.host, path, cookie, visitor, user: user?.key ?? null }) ??
    findBot(userAgent) ??
    findHeadlessBrand(remembered.headers["sec-ch-ua"]) ??
    (visitor ? context.judgeByPace({ remembered, visitor, address, userAgent }, at) : null);
  if (verdict) return { excluded: { at, ...verdict, path, method: remembered.method, status, address: storedAddress, userAgent } };
  if (!visitor) return { ignored: "privacy-signal" };
  const outcome = readOutcome(request);
  return {
    event: {
      id: request.id,
      at,
      kind: readKind(request, outcome),
      outcome,
      visitor,
      user,
      method: remembered.method,
      route: remembered.route,
      path: remembered.route === NOT_FOUND_ROUTE ? boundPaths(path, at) : path,
      status,
      durationMs: request.durationMs,
      timeSpentSec: null,
      title: null,
      address: storedAddress,
      country,
      client: readClient(remembered.headers, at),
      referral: readReferral({ referrer: remembered.headers.referer ?? null, search: remembered.search, host: remembered.host }, at),
    },
  };
}

function findUnfinished({ remembered, status }: CompletedRequest): IgnoreReason | null {
  if (remembered.kind === "action") return status !== null && status !== "unknown" && SENT_ON.has(status) ? "redirect" : null;
  if (status === null) return "aborted";
  return status !== "unknown" && REDIRECTS.has(status) ? "redirect" : null;
}

/**
 * Of a form: a success is what its action calls one, or answers with a redirect. Anything may be sent to a page, and Next answers what no
 * action took with the page itself and 200. Nobody saw the success of a form whose connection was cut before the answer.
 */
function readOutcome({ remembered, status, mark }: CompletedRequest): "success" | "error" {
  if (mark.outcome === "error" || status === null || (status !== "unknown" && status >= 400)) return "error";
  if (remembered.kind === "view" || mark.outcome === "success" || mark.kind || status === "unknown") return "success";
  return REDIRECTS.has(status) ? "success" : "error";
}

/** A sign-in or a registration that failed is an action with outcome `error`. */
function readKind({ remembered, mark }: CompletedRequest, outcome: "success" | "error"): NewEvent["kind"] {
  if (!mark.kind) return remembered.kind;
  return outcome === "error" ? "action" : mark.kind;
}
