import { rm } from "node:fs/promises";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { eraseFromArchives } from "../pipeline/erase-from-archives";
import { siteFiles } from "../pipeline/site-files";
import { recordAudit } from "../store/audit";
import { erasePerson } from "../store/erase-person";
import { findPerson } from "../store/find-person";
import type { Site } from "../store/read-site";
import type { Removed } from "../store/remove-events";

/**
 * Erases one person: their events, browsers, name and account, what waits of them in a spool, and what the archives of this machine hold. Throws
 * AppError `not-found`, or `conflict` for someone who may see the dashboard: take that right away first.
 */
export async function forgetPerson(db: Db, site: Site, name: string, actor: string): Promise<Removed> {
  const person = await findPerson(db, site.id, name);
  if (person.account && person.account.role !== "member") {
    throw new AppError("conflict", "person: this account may see the dashboard; it cannot be erased while it does.", { field: "person" });
  }
  // First, so that no new session of theirs begins meanwhile.
  if (person.account) await db.account.deleteMany({ where: { id: person.account.id } });
  const removed = await erasePerson(db, site, person);
  const files = siteFiles(openDataFolder(), site.slug);
  const ids = { visitors: person.visitors.map(({ id }) => String(id)), users: person.users.map(({ id }) => String(id)) };
  await eraseFromArchives(files, ids, site.eventsFrom);
  // Figures by address have no persons in them: of the days they were here all go.
  for (const day of removed.days) await rm(files.daily(day), { force: true });
  if (removed.days.length > 0) await rm(files.aggregate, { force: true });
  await recordAudit(db, { actor, action: "person.erase", siteId: site.id, details: { events: removed.events, days: removed.days.length } });
  return removed;
}
