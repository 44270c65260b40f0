import type { Db, Tx } from "../db/client";
import { LENSES, PERIODS } from "../metrics/snapshot";
import type { Site } from "./read-site";
import { readSnapshotOf } from "./read-snapshot";
import { Census } from "./verify/census";
import { comparePeople } from "./verify/compare-people";
import { compareSnapshot, type Difference } from "./verify/compare-snapshot";
import { compareVisitors } from "./verify/compare-visitors";
import { findDoubledEvents } from "./verify/find-doubled-events";
import type { JudgedVisitor } from "./verify/judge-visitor";
import { move, PlainCalendar } from "./verify/plain-calendar";
import { groupVisitors, readHistories, readVisitors } from "./verify/read-histories";

export type { Difference } from "./verify/compare-snapshot";

export interface Verified {
  /** How many stored numbers and sessions were compared. */
  checked: number;
  /** What did not agree: the first of them, at most `LISTED`. */
  differences: Difference[];
  /** How many did not agree in all. */
  different: number;
}

/** Local dates of a site, both included. */
export interface DateSpan {
  from: string;
  to: string;
}

const LISTED = 1_000;
const NUMBERS_A_VALUE = 12;

interface Progress {
  onProgress?: (done: number, total: number) => void;
}

/**
 * Recomputes every number of a site from its raw events, by brute force and with code of its own, and compares it with what is stored:
 * each metric of each hour, day and week through both lenses, what people did in each hour, whom each visitor is known as, each session, and each
 * event's session. One moment of the database, also while events come in. Where events
 * were forgotten by the site's retention, it begins with the first day of which all are kept.
 */
export async function verify(db: Db, site: Site, span?: DateSpan, { onProgress }: Progress = {}): Promise<Verified> {
  const result: Verified = { checked: 0, differences: [], different: 0 };
  const report = (differences: Difference[]) => {
    result.different += differences.length;
    result.differences.push(...differences.slice(0, LISTED - result.differences.length));
  };
  await db.$transaction(
    async (tx) => {
      const genders = await readGenders(tx, site.id);
      const border = await readBorder(tx, site);
      const census = new Census(site.timezone, (person) => genders.get(person) ?? "unknown");
      const reach = reachOf(site, span);
      const visitors = await readVisitors(tx, site.id, reach);
      report(await findDoubledEvents(tx, site.id, reach, LISTED));
      let done = 0;
      for (const ids of groupVisitors(visitors)) {
        const histories = await readHistories(tx, site.id, ids);
        const knownBefore = border ? await readKnownBefore(tx, ids, border.at) : new Map<number, number>();
        const judged = new Map<number, JudgedVisitor>();
        for (const id of ids) judged.set(id, census.addVisitor(id, histories.get(id) ?? [], knownBefore.get(id) ?? null));
        report(await compareVisitors(tx, site.id, judged));
        for (const { sessions } of judged.values()) result.checked += sessions.length;
        done += ids.length;
        onProgress?.(done, visitors.length);
      }
      const now = new Date();
      const dates = (await datesToCompare(tx, site, census, span)).filter((date) => !border || date >= border.date);
      report(await comparePeople(tx, site.id, census, dates));
      for (const date of dates) {
        for (const period of PERIODS) {
          for (const lens of LENSES) {
            const snapshot = await readSnapshotOf(tx, site, { period, date, lens }, now);
            const compared = compareSnapshot(snapshot, census, border?.date ?? null);
            report(compared.differences);
            result.checked += compared.values * NUMBERS_A_VALUE;
          }
        }
      }
    },
    { isolationLevel: "RepeatableRead", maxWait: 15_000, timeout: 3_600_000 },
  );
  return result;
}

/** The first date of which every event is kept, and its first instant; null when none was ever forgotten. */
async function readBorder(tx: Tx, site: Site): Promise<{ date: string; at: Date } | null> {
  const { eventsFrom } = await tx.site.findUniqueOrThrow({ where: { id: site.id }, select: { eventsFrom: true } });
  const date = eventsFrom?.toISOString().slice(0, 10);
  return date ? { date, at: new Date(new PlainCalendar(site.timezone).startOf(date)) } : null;
}

/** Of these visitors, whom a login that was forgotten made known, by user. */
async function readKnownBefore(tx: Tx, visitorIds: number[], at: Date): Promise<Map<number, number>> {
  const visitors = await tx.visitor.findMany({
    where: { id: { in: visitorIds }, knownAt: { lt: at }, knownUserId: { not: null } },
    select: { id: true, knownUserId: true },
  });
  return new Map(visitors.map(({ id, knownUserId }) => [Number(id), Number(knownUserId)]));
}

/** The dates of the span, or every date that has events or anything counted, and the six after each of the events', whose weeks it is in. */
async function datesToCompare(tx: Tx, site: Site, census: Census, span: DateSpan | undefined): Promise<string[]> {
  const dates = new Set<string>();
  if (span) {
    for (let date = span.from; date <= span.to; date = move(date, 1)) dates.add(date);
    return [...dates];
  }
  const stored = await tx.$queryRaw<{ day: string }[]>`
    SELECT day::text FROM rollup WHERE site_id = ${site.id}::smallint UNION SELECT day::text FROM rollup_route WHERE site_id = ${site.id}::smallint
    UNION SELECT day::text FROM person_hour WHERE site_id = ${site.id}::smallint`;
  for (const date of census.dates) for (let days = 0; days < 7; days++) dates.add(move(date, days));
  for (const { day } of stored) dates.add(day);
  return [...dates].sort();
}

/** The instants in reach of a span: its last date, and the 13 days before its first that a week looks back over. */
function reachOf(site: Site, span: DateSpan | undefined): { from: Date | null; to: Date | null } {
  const calendar = new PlainCalendar(site.timezone);
  return {
    from: span ? new Date(calendar.startOf(move(span.from, -13))) : null,
    to: span ? new Date(calendar.startOf(move(span.to, 1))) : null,
  };
}

async function readGenders(tx: Tx, siteId: number): Promise<Map<number, "m" | "f" | "unknown">> {
  const users = await tx.knownUser.findMany({ where: { siteId }, select: { id: true, gender: true } });
  return new Map(users.map(({ id, gender }) => [Number(id), gender]));
}
