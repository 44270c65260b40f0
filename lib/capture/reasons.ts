/** Why a request is no event. Expected traffic, counted so that an operator can see where requests went. */
export const IGNORE_REASONS = [
  "prefetch", // the browser or the router fetched ahead
  "client-navigation", // a router's data request: the beacon tells of that view
  "not-a-document", // scripts, pictures, fetches
  "not-an-interaction", // HEAD, OPTIONS, TRACE
  "inner-request", // the server asked itself, on behalf of a request that is counted
  "redirect", // sent on to another address: no page was opened
  "aborted", // left before the answer began: no page was opened
  "erased", // its person was erased while it waited to be stored
  "privacy-signal", // the visitor asks not to be counted, and the site honours it
] as const;
export type IgnoreReason = (typeof IGNORE_REASONS)[number];

/** Why an event that should count was lost, or refused. An operator should act on any of these. */
export const DROP_REASONS = [
  "buffer-full", // more events than memory or the spool may hold
  "refused-by-store", // the store says that the event itself is wrong
  "spool-corrupt", // a damaged line of the spool
  "too-many-running", // more requests at once than the hooks may remember
  "older-than-kept", // it came when the site had already forgotten the events of its day
  "stopped", // the process ended before the database was back, and there was no room on disk for it
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What kept a request out of every metric, in the words of the table of excluded events. */
export const EXCLUSION_CATEGORIES = ["bot", "ai-agent", "prefetch", "own-traffic", "excluded"] as const;
export type ExclusionCategory = (typeof EXCLUSION_CATEGORIES)[number];

/** A request that is stored apart, with the reason, for the page about traffic quality. */
export type ExcludedRequest = {
  at: Date;
  category: ExclusionCategory;
  reason: string;
  path: string;
  method: string;
  status: number | null;
  address: string | null;
  userAgent: string | null;
};
