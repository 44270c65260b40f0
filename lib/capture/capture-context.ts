import { env } from "../env";
import { readClientAddress, readProxyTrust } from "./client-address";
import { nameVisitors } from "./cookieless";
import { findCountry, readPlatformCountry } from "./country";
import { maskAddress } from "./mask-address";
import type { ExclusionCategory } from "./reasons";
import type { KeptHeaders } from "./remembered";
import { cachedRules, cachedSettings } from "./site-cache";
import { captureState } from "./state";
import { judgePace, type Paced } from "./traffic/judge-pace";
import type { Asked, RuleVerdict } from "./traffic/traffic-rules";

/** What completing an event needs to know beyond the request: who is trusted, the day's salts, the site's settings. */
export type CaptureContext = {
  locate(headers: KeptHeaders, peer: string | null): { address: string | null; country: string | null; reason: string };
  /** The key of a visitor without a cookie; null while there is no salt. */
  nameVisitor(client: { site: string; address: string | null; userAgent: string }, at: Date): string | null;
  maskAddress(address: string | null, site: string): string | null;
  /** Why the site's owner leaves a request out. */
  judgeByRules(site: string, asked: Asked): RuleVerdict | null;
  /** Why a visitor is a machine, by how fast it asks. Counts the request. */
  judgeByPace(
    paced: Paced & { remembered: { site: string } },
    at: Date,
  ): { category: Extract<ExclusionCategory, "bot">; reason: string } | null;
};

/** The context of this process, from its environment. Throws AppError `invalid` when TRUSTED_PROXIES cannot be read. */
export function createCaptureContext(): CaptureContext {
  const { AUTH_SECRET } = env();
  const trust = readProxyTrust();
  const platformTellsCountry = trust.headers.length > 0;
  return {
    locate(headers, peer) {
      const { address, reason } = readClientAddress(headers, peer, trust);
      const country = (platformTellsCountry ? readPlatformCountry(headers) : null) ?? (address ? findCountry(address) : null);
      return { address, country, reason };
    },
    nameVisitor: nameVisitors(captureState().salts),
    maskAddress: (address, site) => maskAddress(address, cachedSettings(site).addressPrivacy, AUTH_SECRET ?? ""),
    judgeByRules: (site, asked) => cachedRules(site).judge(asked),
    judgeByPace(paced, at) {
      const { fastestPages } = cachedSettings(paced.remembered.site);
      const reason = judgePace(captureState().pace, paced, fastestPages, at);
      return reason === null ? null : { category: "bot", reason };
    },
  };
}
