import { SiteSettings } from "../store/site-settings";
import { captureState } from "./state";

/** The site that this app itself is. */
export const OWN_SITE = "demo";

/** The settings of a site as last read; those a new site has, until the database has answered once. Never waits. */
export function cachedSettings(slug: string): SiteSettings {
  return captureState().sites.get(slug)?.settings ?? DEFAULTS;
}

const DEFAULTS = SiteSettings.parse({});
