import { uuidv7 } from "uuidv7";
import { type CaptureContext, createCaptureContext } from "./capture-context";
import { completeEvent } from "./complete-event";
import { count } from "./counters";
import { findSite } from "./find-site";
import { keepSalts } from "./keep-salts";
import { readUser } from "./read-user";
import type { Remembered } from "./remembered";
import { captureState } from "./state";
import { storeSink } from "./store-sink";

let context: CaptureContext | undefined;

/** Stores a request where no server of our own tells of its end: its status and duration stay unknown. Runs beside the answer. */
export async function recordAtOnce(remembered: Remembered, at: Date): Promise<void> {
  context ??= createCaptureContext();
  if (!remembered.visitorId && captureState().salts.size === 0) await keepSalts(at);
  await findSite(remembered.site);
  const user = await readUser(remembered.headers.cookie);
  const request = { id: uuidv7(), at, remembered, mark: {}, status: "unknown", durationMs: null, peerAddress: null, user } as const;
  const completion = completeEvent(request, context);
  if ("event" in completion) await storeSink.append(remembered.site, [completion.event]);
  else if ("excluded" in completion) await storeSink.appendExcluded(remembered.site, [completion.excluded]);
  else count(`ignored:${completion.ignored}`);
}
