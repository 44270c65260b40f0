import { findSite } from "./find-site";
import { captureState } from "./state";
import { within } from "./within";

const PATIENCE_MS = 2_000;

let asking: Promise<unknown> | null = null;
let giveUp = () => {};

/**
 * Resolves when a site's settings are known: at once but for the first moments of a process, when an event that is no longer on anybody's way
 * can wait for what its site's owner has decided. While the database is away, after two seconds, without them.
 */
export async function knowSite(slug: string): Promise<void> {
  if (captureState().sites.has(slug)) return;
  asking ??= ask(slug).finally(() => {
    asking = null;
  });
  await asking;
}

const ask = (slug: string): Promise<unknown> =>
  Promise.race([
    within(PATIENCE_MS, findSite(slug)).catch(() => undefined),
    new Promise<void>((resolve) => {
      giveUp = resolve;
    }),
  ]);

/** Whoever waits for a site's settings goes on without them: the process is about to end. */
export const waitForNoSite = (): void => giveUp();
