import { log } from "../observe/log";
import { waitForNoSite } from "./know-site";
import { within } from "./within";

/** How long the requests that end last may wait for their site's settings. */
const PATIENCE_MS = 300;

/** Work on requests that have ended: what is under way, and its end within a time that a shutdown can spare. */
export function completeAll<End>(complete: (end: End) => Promise<void>) {
  const completing = new Set<Promise<void>>();
  return {
    take(end: End): void {
      const work = complete(end)
        .catch((error) => log().error({ err: error }, "a request could not be made an event"))
        .finally(() => completing.delete(work));
      completing.add(work);
    },
    /** Resolves when all of them are events: after a moment without what the database does not tell. */
    async finish(): Promise<void> {
      const patience = setTimeout(waitForNoSite, PATIENCE_MS);
      await within(2 * PATIENCE_MS, Promise.all(completing)).catch(() => undefined);
      clearTimeout(patience);
    },
  };
}
