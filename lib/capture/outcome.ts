import { headers } from "next/headers";
import { captureState, type OutcomeUpdate, REQUEST_ID_HEADER } from "./state";

export type { OutcomeUpdate } from "./state";

/**
 * Tells what the running request turned out to be, from inside a server action or a route handler:
 * `await markOutcome({ outcome: "error" })`, `await markOutcome({ kind: "login", user })`. A later call adds to an earlier one.
 * Outside of a request, or where no hooks run, it does nothing.
 */
export async function markOutcome(update: OutcomeUpdate): Promise<void> {
  const id = await readRequestId();
  const request = id ? captureState().running.get(id) : undefined;
  if (request) request.mark = { ...request.mark, ...update };
}

async function readRequestId(): Promise<string | null> {
  try {
    return (await headers()).get(REQUEST_ID_HEADER);
  } catch {
    return null; // called outside of a request, by a script or a test
  }
}
