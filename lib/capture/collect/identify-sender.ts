import { env } from "../../env";
import { findBot, isTool } from "../bots";
import { type CaptureContext, createCaptureContext } from "../capture-context";
import { cleanText } from "../clean-text";
import { keepSalts } from "../keep-salts";
import { chooseIdentity } from "../privacy";
import { readUser } from "../read-user";
import type { ExcludedRequest } from "../reasons";
import { keepHeaders } from "../remembered";
import { cachedSettings, OWN_SITE } from "../site-cache";
import { captureState, REQUEST_ID_HEADER } from "../state";
import { parseVisitorId, VISITOR_COOKIE } from "../visitor-cookie";
import type { Sender } from "./make-event";

let context: CaptureContext | undefined;

/** A sender whose events count, one whose events are stored apart, or one who asked not to be counted. */
export type Identified =
  | { sender: Sender }
  | { excluded: Pick<ExcludedRequest, "category" | "reason" | "address" | "userAgent"> }
  | { ignored: "privacy-signal" };

/** Who sent a request to collect, by its cookies, its connection and its headers alone. */
export async function identifySender(request: Request, now: Date): Promise<Identified> {
  context ??= createCaptureContext();
  const headers = keepHeaders(request.headers);
  const settings = cachedSettings(OWN_SITE);
  const identity = chooseIdentity(headers, settings, env().FOOTFALL_IDENTITY);
  if (identity === "none") return { ignored: "privacy-signal" };

  const running = captureState().running.get(request.headers.get(REQUEST_ID_HEADER) ?? "");
  const { address, country } = context.locate(headers, running?.peerAddress ?? null);
  const stored = context.maskAddress(address, OWN_SITE);
  const userAgent = cleanText(headers["user-agent"], 512) ?? "";
  const bot = isTool(userAgent) ? null : findBot(userAgent); // a server reports with a tool; a crawler that runs scripts is still a crawler
  if (bot) return { excluded: { ...bot, address: stored, userAgent } };

  const known = identity === "cookie" ? parseVisitorId(readCookie(headers.cookie, VISITOR_COOKIE)) : null;
  if (!known && captureState().salts.size === 0) await keepSalts(now);
  const visitor = known ?? context.nameVisitor({ site: OWN_SITE, address, userAgent }, now);
  if (!visitor) return { ignored: "privacy-signal" };
  const user = await readUser(headers.cookie);
  return { sender: { visitor, user, address: stored, country, host: request.headers.get("host") ?? "", headers } };
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split(/;\s*/).find((candidate) => candidate.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
