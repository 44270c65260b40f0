/**
 * Some of the rules by which ad blockers refuse requests whatever site they go to, for what they are named. Quoted from
 * easyprivacy/easyprivacy_general.txt of github.com/easylist/easylist (CC BY-SA 3.0 or GPL 3): those for scripts, endpoints and pixels a site may have itself.
 */
export const BLOCKER_RULES = [
  "&event=view&",
  "-analytics/insight.",
  "-event-tracking.",
  "-google-analytics.",
  "-page-analytics.",
  "-scroll-tracker.js",
  "-stat/collect/",
  "-tracking.js?",
  ".analytics.min.",
  ".beacon.min.js",
  ".gif?event=",
  ".stats?action=",
  ".webstats.",
  "/__utm.gif",
  "/_tracking/*",
  "/accesstracking/*",
  "/activity-track/?",
  "/ajax/analytics/*",
  "/ajax/stat/*",
  "/amp_ping/*",
  "/analytics-beacon-",
  "/analytics-event-",
  "/analytics.min.",
  "/analytics/collector/*",
  "/analytics/events",
  "/analytics/hit",
  "/analytics/ping^",
  "/analytics/track/*",
  "/analytics/v1/*",
  "/api/analytics/*",
  "/api/log?",
  "/api/pageview?",
  "/api/pixel?",
  "/api/stat?",
  "/api/tracking/*",
  "/autotrack.js",
  "/beacon.js",
  "/beacon/event?",
  "/beacon/metrics",
  "/beacon?",
  "/bundles/metrics.",
  "/chartbeat.js",
  "/clarity-*.js",
  "/clicktracking.",
  "/client-event-logger.",
  "/collect?callback=",
  "/collector/hit?",
  "/common/tracker.js",
] as const;

/** Whether a rule refuses an address: `*` is any run of characters, `^` one that parts an address or its end; case makes no difference. */
export function isBlocked(url: string, rule: string): boolean {
  const source = rule
    .split(/([*^])/)
    .map((part) => (part === "*" ? ".*" : part === "^" ? "(?:[^\\w.%-]|$)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(source, "i").test(url);
}
