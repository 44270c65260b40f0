import type { Db } from "../db/client";
import { log } from "../observe/log";
import { forgetOldDigests } from "../store/erased-keys";
import { readClock } from "../store/read-clock";
import { readSite } from "../store/read-site";
import { applyRetention } from "./apply-retention";
import { distrustClock, readClocks } from "./distrust-clock";

/**
 * Forgets on every site what is older than it keeps; returns how many sites that could not be done on. One site's failure is logged and does not hold
 * up the others. While the clocks cannot be trusted nothing is forgotten, and the log says why.
 */
export async function retainAll(
  db: Db,
  judge: (database: Date) => string | null = (now) => distrustClock(readClocks(now)),
): Promise<number> {
  const distrust = judge(await readClock(db));
  if (distrust !== null) {
    log().warn({ reason: distrust }, "nothing is forgotten this time: restart the server when its clock is right, or run npm run retain");
    return 0;
  }
  await forgetOldDigests(db);
  let failed = 0;
  for (const { slug } of await db.site.findMany({ select: { slug: true }, orderBy: { id: "asc" } })) {
    try {
      const site = await readSite(db, slug);
      await applyRetention(db, site, site.settings, new Date(), "retention");
    } catch (error) {
      failed += 1;
      log().error({ err: error, site: slug }, "retention failed");
    }
  }
  return failed;
}
