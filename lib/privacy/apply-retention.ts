import { rm } from "node:fs/promises";
import type { Db } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { addDays, localDayOf } from "../metrics/calendar";
import { listArchives } from "../pipeline/list-archives";
import { siteFiles } from "../pipeline/site-files";
import { recordAudit } from "../store/audit";
import { readClock } from "../store/read-clock";
import type { Site } from "../store/read-site";
import { forgetEventsBefore, forgetNumbersBefore, hasForgottenEvents } from "../store/retain";
import type { Retention } from "../store/site-settings";

/** What a run of the retention took away. */
export interface Forgotten {
  events: number;
  /** Months of events that went as a whole. */
  months: number;
  /** Sums by hour, day and route. */
  numbers: number;
  files: number;
}

/**
 * Forgets what of a site is older than `keep` says, each kind by its own limit: events, with visits and addresses; numbers; the files of the nights,
 * on this machine. "Today" is what the earlier of `now` and the database's clock says. Doing it twice takes nothing twice. What it took stands in the audit log, if that was anything.
 */
export async function applyRetention(db: Db, site: Site, keep: Retention, now: Date, actor: string): Promise<Forgotten> {
  // The earlier of two clocks: no border is ever later than the limit, whichever of them has jumped ahead.
  const nowMs = Math.min(now.getTime(), (await readClock(db)).getTime());
  const today = localDayOf(site.timezone, nowMs).date;
  const limit = (days: number | null) => (days === null ? null : addDays(today, -days));
  const forgotten: Forgotten = { events: 0, months: 0, numbers: 0, files: 0 };

  const eventsFrom = limit(keep.eventDays);
  const isNew = eventsFrom !== null && (site.eventsFrom === null || site.eventsFrom < eventsFrom);
  if (eventsFrom !== null && (isNew || (await hasForgottenEvents(db, site, eventsFrom)))) {
    Object.assign(forgotten, await forgetEventsBefore(db, site, eventsFrom));
  }
  const numbersFrom = earlier(limit(keep.numberDays), eventsFrom ?? site.eventsFrom);
  if (numbersFrom !== null) forgotten.numbers = await forgetNumbersBefore(db, site, numbersFrom);
  const filesFrom = limit(keep.archiveDays);
  if (filesFrom !== null) forgotten.files = await removeFilesBefore(site, filesFrom);

  if (Object.values(forgotten).some((amount) => amount > 0)) {
    const details = { ...forgotten, eventsFrom, numbersFrom, filesFrom };
    await recordAudit(db, { actor, action: "retention.apply", siteId: site.id, details });
  }
  return forgotten;
}

/** The numbers of a day whose events are kept stay: without them these would say what no number says. */
const earlier = (numbers: string | null, events: string | null): string | null =>
  numbers === null || events === null ? null : numbers < events ? numbers : events;

async function removeFilesBefore(site: Site, date: string): Promise<number> {
  const files = siteFiles(openDataFolder(), site.slug);
  const old = (await listArchives(files)).filter((archive) => archive.date < date);
  for (const { file } of old) await rm(file, { force: true });
  if (old.length > 0) await rm(files.aggregate, { force: true });
  return old.length;
}
