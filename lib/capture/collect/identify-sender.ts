import { env } from "../../env";
import { findBot, findHeadlessBrand, isTool } from "../bots";
import { type CaptureContext, createCaptureContext } from "../capture-context";
import { cleanText } from "../clean-text";
import { isSecure } from "../is-secure";
import { keepSalts } from "../keep-salts";
import { knowSite } from "../know-site";
import { chooseIdentity } from "../privacy";
import { readCookie } from "../read-cookie";
import { askUser } from "../read-user";
import type { ExcludedRequest } from "../reasons";
import { keepHeaders } from "../remembered";
import { cachedRules, cachedSettings, OWN_SITE } from "../site-cache";
import { captureState, REQUEST_ID_HEADER } from "../state";
import { followerOf } from "../traffic/judge-pace";
import type { RuleVerdict } from "../traffic/traffic-rules";
import { parseVisitorId, VISITOR_COOKIE } from "../visitor-cookie";
import type { Sender } from "./make-event";

let context: CaptureContext | undefined;

/** What keeps an event out of every metric, and what is shown of who sent it. */
export type Verdict = Pick<ExcludedRequest, "category" | "reason" | "address" | "userAgent">;

/** From which address, as it is; and: a sender whose events count unless the owner leaves them out, one whose events are stored apart, or one who asked not to be counted. */
export type Identified = { from: string | null } & (
  | { sender: Sender; seen: Pick<Verdict, "address" | "userAgent">; judgePath(path: string): RuleVerdict | null }
  | { excluded: Verdict }
  | { ignored: "privacy-signal" }
);

/** Who sent a request to collect, by its cookies, its connection and its headers alone. */
export async function identifySender(request: Request, now: Date): Promise<Identified> {
  context ??= createCaptureContext();
  await knowSite(OWN_SITE);
  const headers = keepHeaders(request.headers);
  const settings = cachedSettings(OWN_SITE);
  const identity = chooseIdentity(headers, settings, env().FOOTFALL_IDENTITY);
  const running = captureState().running.get(request.headers.get(REQUEST_ID_HEADER) ?? "");
  const { address, country } = context.locate(headers, running?.peerAddress ?? null);
  const from = address;
  if (identity === "none") return { from, ignored: "privacy-signal" };

  const stored = context.maskAddress(address, OWN_SITE);
  const userAgent = cleanText(headers["user-agent"], 512) ?? "";
  // A server reports with a tool; a crawler that runs scripts is still a crawler.
  const bot = isTool(userAgent) ? null : (findBot(userAgent) ?? findHeadlessBrand(headers["sec-ch-ua"]));
  if (bot) return { from, excluded: { ...bot, address: stored, userAgent } };

  const cookie = parseVisitorId(readCookie(headers.cookie, VISITOR_COOKIE));
  const known = identity === "cookie" ? cookie : null;
  if (!known && captureState().salts.size === 0) await keepSalts(now);
  const visitor = known ?? context.nameVisitor({ site: OWN_SITE, address, userAgent }, now);
  if (!visitor) return { from, ignored: "privacy-signal" };
  const { pace } = captureState();
  const told = {
    kind: "action",
    knownVisitor: known !== null,
    secure: isSecure(request.headers, new URL(request.url).protocol),
    headers,
  } as const;
  const follower = followerOf({ remembered: told, visitor, address, userAgent });
  const machine = follower && pace.verdictOf(follower, now.getTime());
  if (machine) return { from, excluded: { category: "bot", reason: machine, address: stored, userAgent } };
  if (follower && !isTool(userAgent)) pace.noteScript(follower.key);
  const user = await askUser(headers.cookie);
  const host = siteHost(request);
  const asked = { address, host, cookie, visitor, user: user?.key ?? null };
  return {
    from,
    sender: { visitor, user, address: stored, country, host, headers },
    seen: { address: stored, userAgent },
    judgePath: (path) => cachedRules(OWN_SITE).judge({ ...asked, path }),
  };
}

/** The host whose page it was: of another of the site's hosts, which its browser names, or the one that was asked. */
function siteHost({ headers }: Request): string {
  const origin = headers.get("origin");
  return origin && URL.canParse(origin) ? new URL(origin).host : (headers.get("host") ?? "");
}
