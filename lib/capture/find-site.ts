import { db } from "../db/client";
import { readSite, type Site } from "../store/read-site";
import { captureState } from "./state";

const REFRESH_MS = 10_000;

/** The site with that slug, read again when what is known is older than ten seconds, also where the clock jumps. Throws `not-found`. */
export async function findSite(slug: string, now = performance.now()): Promise<Site> {
  const { sites } = captureState();
  const known = sites.get(slug);
  if (known && now - known.readAtMs < REFRESH_MS) return known;
  const site = { ...(await readSite(db(), slug)), readAtMs: now };
  sites.set(slug, site);
  return site;
}
