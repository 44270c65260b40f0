import type { CaptureContext } from "./capture-context";
import { completeEvent } from "./complete-event";
import { count, exampleOf } from "./counters";
import { knowSite } from "./know-site";
import { readUser } from "./read-user";
import type { RequestEnd } from "./response-hooks";
import type { Recorder } from "./state";

/** Turns requests that have ended into events, off the request's path. */
export function completeRequests(context: CaptureContext, recorder: Recorder): (end: RequestEnd) => Promise<void> {
  return async ({ request, status, durationMs }) => {
    const { remembered } = request;
    if (!remembered) return;
    await knowSite(remembered.site);
    const { id, startedAt: at, mark, peerAddress } = request;
    const user = await readUser(remembered.headers.cookie, at);
    const completion = completeEvent({ id, at, remembered, mark, status, durationMs, peerAddress, user }, context);
    if ("event" in completion) recorder.record(remembered.site, completion.event);
    else if ("excluded" in completion) recorder.recordExcluded(remembered.site, completion.excluded);
    // Who asks not to be counted is no example either.
    else if (completion.ignored === "privacy-signal") count("ignored:privacy-signal");
    else count(`ignored:${completion.ignored}`, 1, exampleOf(remembered.path, remembered.headers["user-agent"], at));
  };
}
