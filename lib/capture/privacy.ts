import type { SiteSettings } from "../store/site-settings";
import type { KeptHeaders } from "./remembered";

/** How a visitor may be told apart: by a cookie, by a daily hash without one, or not at all. */
export type IdentityMode = "cookie" | "cookieless" | "none";

/** What the site's settings make of a visitor's signals (`Sec-GPC: 1`, `DNT: 1`). */
export function chooseIdentity(
  headers: Pick<KeptHeaders, "dnt" | "sec-gpc">,
  settings: SiteSettings,
  usual: "cookie" | "cookieless",
): IdentityMode {
  const asksForPrivacy = headers["sec-gpc"] === "1" || headers.dnt === "1";
  if (!asksForPrivacy || settings.privacySignal === "ignore") return usual;
  return settings.privacySignal === "cookieless" ? "cookieless" : "none";
}
