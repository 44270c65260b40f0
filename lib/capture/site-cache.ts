import { SiteSettings } from "../store/site-settings";
import { captureState } from "./state";
import { compileTrafficRules, type TrafficRules } from "./traffic/traffic-rules";

/** The site that this app itself is. */
export const OWN_SITE = "demo";

/** The settings of a site as last read; those a new site has, until the database has answered once. Never waits. */
export function cachedSettings(slug: string): SiteSettings {
  return captureState().sites.get(slug)?.settings ?? DEFAULTS;
}

/** What its owner leaves out of a site's numbers, as last read; nothing, until the database has answered once. Never waits. */
export function cachedRules(slug: string): TrafficRules {
  return captureState().sites.get(slug)?.rules ?? NO_RULES;
}

const DEFAULTS = SiteSettings.parse({});
const NO_RULES = compileTrafficRules(DEFAULTS, { visitors: [], users: [] });
