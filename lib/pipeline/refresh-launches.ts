import { refreshLaunches as refresh } from "../demo/launches/refresh-launches";
import { env } from "../env";
import type { StepContext, StepResult } from "./step";

/** Brings the demo site's launches up to date, or says why it did not. */
export async function refreshLaunches({ db, signal, log }: StepContext): Promise<StepResult> {
  const outcome = await refresh(db, env().LAUNCHES_URL, { now: new Date(), signal });
  if ("skipped" in outcome) return { rows: null, bytes: null, skipped: outcome.skipped };
  log(outcome.note);
  return { rows: outcome.rows, bytes: outcome.bytes };
}
