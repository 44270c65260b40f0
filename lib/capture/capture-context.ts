import { env } from "../env";
import { parseProxyTrust, readClientAddress } from "./client-address";
import { nameVisitors } from "./cookieless";
import { findCountry, readPlatformCountry } from "./country";
import { maskAddress } from "./mask-address";
import type { KeptHeaders } from "./remembered";
import { cachedSettings } from "./site-cache";
import { captureState } from "./state";

/** What completing an event needs to know beyond the request: who is trusted, the day's salts, the site's settings. */
export type CaptureContext = {
  locate(headers: KeptHeaders, peer: string | null): { address: string | null; country: string | null; reason: string };
  /** The key of a visitor without a cookie; null while there is no salt. */
  nameVisitor(client: { site: string; address: string | null; userAgent: string }, at: Date): string | null;
  maskAddress(address: string | null, site: string): string | null;
};

/** The context of this process, from its environment. Throws AppError `invalid` when TRUSTED_PROXIES cannot be read. */
export function createCaptureContext(): CaptureContext {
  const { TRUSTED_PROXIES, VERCEL, AUTH_SECRET } = env();
  const trust = parseProxyTrust(TRUSTED_PROXIES || (VERCEL ? "vercel" : ""));
  const platformTellsCountry = trust.headers.length > 0;
  return {
    locate(headers, peer) {
      const { address, reason } = readClientAddress(headers, peer, trust);
      const country = (platformTellsCountry ? readPlatformCountry(headers) : null) ?? (address ? findCountry(address) : null);
      return { address, country, reason };
    },
    nameVisitor: nameVisitors(captureState().salts),
    maskAddress: (address, site) => maskAddress(address, cachedSettings(site).addressPrivacy, AUTH_SECRET ?? ""),
  };
}
