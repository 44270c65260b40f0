import { rm } from "node:fs/promises";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { addDays, localDayOf } from "../metrics/calendar";
import { siteFiles } from "../pipeline/site-files";
import { recordAudit } from "../store/audit";
import { erasePerson } from "../store/erase-person";
import { findPerson } from "../store/find-person";
import type { Site } from "../store/read-site";
import type { Removed } from "../store/remove-events";
import { forgetBefore, hasEventsBefore } from "../store/retain";

/**
 * Erases one person: their events, browsers, name and account, and the archives of the days they were here, which the next nights make
 * anew. Throws AppError `not-found`, or `conflict` for someone who may see the dashboard: take that right away first.
 */
export async function forgetPerson(db: Db, site: Site, name: string, actor: string): Promise<Removed> {
  const person = await findPerson(db, site.id, name);
  if (person.account && person.account.role !== "member") {
    throw new AppError("conflict", "person: this account may see the dashboard; it cannot be erased while it does.", { field: "person" });
  }
  // First, so that no new session of theirs begins meanwhile.
  if (person.account) await db.account.deleteMany({ where: { id: person.account.id } });
  const removed = await erasePerson(db, site, person);
  await removeArchives(site, removed.days);
  await recordAudit(db, { actor, action: "person.erase", siteId: site.id, details: { events: removed.events, days: removed.days.length } });
  return removed;
}

/** Forgets what is older than a site keeps it. Null when nothing is. */
export async function applyRetention(
  db: Db,
  site: Site,
  days: number,
  now: Date,
  actor: string,
): Promise<(Removed & { before: string }) | null> {
  const before = addDays(localDayOf(site.timezone, now.getTime()).date, -days);
  if (!(await hasEventsBefore(db, site, before))) return null;
  const removed = await forgetBefore(db, site, before);
  await removeArchives(site, removed.days);
  await recordAudit(db, { actor, action: "retention.apply", siteId: site.id, details: { before, events: removed.events } });
  return { ...removed, before };
}

async function removeArchives(site: Site, days: readonly string[]): Promise<void> {
  if (days.length === 0) return;
  const files = siteFiles(openDataFolder(), site.slug);
  for (const day of days) for (const file of [files.events(day), files.daily(day)]) await rm(file, { force: true });
  await rm(files.aggregate, { force: true });
}
