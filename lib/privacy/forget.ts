import { rm } from "node:fs/promises";
import type { Db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { log } from "../observe/log";
import { countAgain } from "../pipeline/count-again";
import { eraseFromArchives } from "../pipeline/erase-from-archives";
import { siteFiles } from "../pipeline/site-files";
import { erasePerson, readPersonDays, refuseErasure } from "../store/erase-person";
import { beforeOrAfterErasures } from "../store/erasures";
import { type FoundPerson, findPerson } from "../store/find-person";
import type { Site } from "../store/read-site";
import type { Removed } from "../store/remove-events";

/**
 * Erases one person: their events, browsers, name and account, what waits of them in a spool, and what the archives of this machine hold. The files
 * go first and the rest in one transaction after them: as long as that has not happened the person is found, and erasing them again goes on.
 * The nightly statistics of the days they were here are queued to be counted again. Throws
 * AppError `not-found`, or `conflict` for someone who may see the dashboard: take that right away first.
 */
export async function forgetPerson(db: Db, databaseUrl: string, site: Site, name: string, actor: string): Promise<Removed> {
  const person = await findPerson(db, site.id, name);
  if (person.account && person.account.role !== "member") refuseErasure();
  const removed = await beforeOrAfterErasures(db, site.id, async () => {
    await eraseFiles(db, site, person);
    // Looked for once more: meanwhile they may have signed in with another browser.
    return erasePerson(db, site, await findPerson(db, site.id, name), actor);
  });
  await countAgain(db, databaseUrl, site, removed.days, actor).catch((error) => {
    // They are erased, and nobody can do it again: what is missing is only the others' figures by address.
    log().error(
      { err: error, site: site.slug, from: removed.days[0], to: removed.days.at(-1) },
      "the nightly statistics are not counted again",
    );
  });
  return removed;
}

async function eraseFiles(db: Db, site: Site, person: FoundPerson): Promise<void> {
  const files = siteFiles(openDataFolder(), site.slug);
  const ids = { visitors: person.visitors.map(({ id }) => String(id)), users: person.users.map(({ id }) => String(id)) };
  await eraseFromArchives(files, ids);
  // Figures by address have no persons in them: of the days they were here all go.
  const days = await readPersonDays(db, site, person);
  for (const day of days) await rm(files.daily(day), { force: true });
  if (days.length > 0) await rm(files.aggregate, { force: true });
}
