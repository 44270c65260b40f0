/** What people read for the state of a run or a step. */
export const STATE_WORDS = {
  waiting: "waiting",
  unreached: "not run",
  queued: "queued",
  running: "running",
  succeeded: "succeeded",
  skipped: "skipped",
  failed: "failed",
  interrupted: "interrupted",
  cancelled: "cancelled",
} as const;
