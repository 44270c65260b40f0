import { db } from "../db/client";
import { readOwnTraffic } from "../store/own-traffic";
import { readSite } from "../store/read-site";
import { captureState, type KnownSite } from "./state";
import { compileTrafficRules } from "./traffic/traffic-rules";

/** What an owner changes holds on every server after this long at the latest. */
export const REFRESH_MS = 2_000;

/** The site with that slug and its owner's rules, read again when what is known is older than two seconds, also where the clock jumps. Throws `not-found`. */
export async function findSite(slug: string, now = performance.now()): Promise<KnownSite> {
  const known = captureState().sites.get(slug);
  return known && now - known.readAtMs < REFRESH_MS ? known : refreshSite(slug, now);
}

/** Reads a site at once: what its owner has just changed holds in this process when it resolves. */
export async function refreshSite(slug: string, now = performance.now()): Promise<KnownSite> {
  const { sites } = captureState();
  const site = await readSite(db(), slug);
  const marks = await readOwnTraffic(db(), site.id);
  const keysOf = (kind: string) => marks.filter((mark) => mark.kind === kind).map(({ key }) => key);
  const own = { visitors: keysOf("visitor"), users: keysOf("user") };
  const decided = JSON.stringify([site.settings.exclude, site.settings.collectHosts, own]);
  const known = sites.get(slug);
  // A read that began earlier and took longer must not put back what an owner has just changed.
  if (known && known.readAtMs > now) return known;
  const rules = known?.decided === decided ? known.rules : compileTrafficRules(site.settings, own);
  const read = { ...site, rules, decided, readAtMs: now };
  sites.set(slug, read);
  return read;
}
