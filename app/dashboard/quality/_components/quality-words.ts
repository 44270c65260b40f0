import type { DropReason, ExclusionCategory, IgnoreReason } from "@/lib/capture/reasons";

export const CATEGORY_WORDS: Record<ExclusionCategory, string> = {
  bot: "Bot",
  "ai-agent": "AI agent",
  prefetch: "Prefetch",
  "own-traffic": "Own traffic",
  excluded: "Excluded",
};

export const IGNORE_WORDS: Record<IgnoreReason, string> = {
  prefetch: "Fetched ahead by the browser or the router",
  "client-navigation": "The router's data request of a page that the page itself tells of",
  "not-a-document": "Scripts, pictures and other parts of a page",
  "not-an-interaction": "HEAD, OPTIONS and TRACE",
  "inner-request": "The server asking itself, for a request that is counted",
  redirect: "Sent on to another address: no page was opened",
  aborted: "Left before the answer began: no page was opened",
  erased: "Its person was erased while it waited to be stored",
  "privacy-signal": "The visitor asked not to be counted, and the site honours it",
};

export const DROP_WORDS: Record<DropReason, string> = {
  "buffer-full": "More events than memory or the spool may hold",
  "refused-by-store": "The database refused the event itself",
  "spool-corrupt": "A damaged line of the spool",
  "too-many-running": "More requests at once than can be followed",
  "older-than-kept": "It came when the events of its day were already forgotten",
  stopped: "The server stopped while the database was away, and there was no room on disk",
};

/** What a counter's name says for people; a name that is newer than these words speaks for itself. */
export function counterWords(name: string): string {
  const [group, ...rest] = name.split(":");
  const reason = rest.join(":");
  if (group === "ignored") return IGNORE_WORDS[reason as IgnoreReason] ?? reason;
  if (group === "dropped") return DROP_WORDS[reason as DropReason] ?? reason;
  if (group === "folded") return `Absurdly many values of ${reason}, folded into “other”`;
  return reason;
}
