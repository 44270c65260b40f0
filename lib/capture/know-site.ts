import { findSite } from "./find-site";
import { captureState } from "./state";
import { within } from "./within";

const PATIENCE_MS = 2_000;

let asking: Promise<unknown> | null = null;

/**
 * Resolves when a site's settings are known: at once but for the first moments of a process, when an event that is no longer on anybody's way
 * can wait for what its site's owner has decided. While the database is away, after two seconds, without them.
 */
export async function knowSite(slug: string): Promise<void> {
  if (captureState().sites.has(slug)) return;
  asking ??= within(PATIENCE_MS, findSite(slug))
    .catch(() => undefined)
    .finally(() => {
      asking = null;
    });
  await asking;
}
