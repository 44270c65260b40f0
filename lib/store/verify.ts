import type { Db, Tx } from "../db/client";
import { LENSES, PERIODS } from "../metrics/snapshot";
import type { Site } from "./read-site";
import { readSnapshotOf } from "./read-snapshot";
import { Census } from "./verify/census";
import { compareSnapshot, type Difference } from "./verify/compare-snapshot";
import { findDoubledEvents } from "./verify/find-doubled-events";
import type { JudgedSession, RawEvent } from "./verify/judge-visitor";
import { move, PlainCalendar } from "./verify/plain-calendar";

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
const VISITORS_AT_ONCE = 500;
const NUMBERS_A_VALUE = 12;

interface Progress {
  onProgress?: (done: number, total: number) => void;
}

/**
 * Recomputes every number of a site from its raw events, by brute force and with code of its own, and compares it with what is stored:
 * each metric of each hour, day and week through both lenses, and each session. One moment of the database, also while events come in. Where events
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
      const visitorIds = await readVisitorIds(tx, site, span);
      report(await findDoubledEvents(tx, site.id, reachOf(site, span), LISTED));
      for (let done = 0; done < visitorIds.length; done += VISITORS_AT_ONCE) {
        const chunk = visitorIds.slice(done, done + VISITORS_AT_ONCE);
        const [events, sessions] = [await readHistories(tx, site.id, chunk), await readSessions(tx, site.id, chunk)];
        const knownBefore = border ? await readKnownBefore(tx, chunk, border.at) : new Map<number, number>();
        for (const id of chunk) {
          const judged = census.addVisitor(id, events.get(id) ?? [], knownBefore.get(id) ?? null);
          report(compareSessions(id, judged, sessions.get(id) ?? []));
          result.checked += judged.length;
        }
        onProgress?.(Math.min(done + chunk.length, visitorIds.length), visitorIds.length);
      }
      const now = new Date();
      const dates = await datesToCompare(tx, site, census, span);
      for (const date of dates.filter((date) => !border || date >= border.date)) {
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

/** The dates of the span, or every date that has events or rollups, and the six after each, whose weeks it is in. */
async function datesToCompare(tx: Tx, site: Site, census: Census, span: DateSpan | undefined): Promise<string[]> {
  const dates = new Set<string>();
  if (span) {
    for (let date = span.from; date <= span.to; date = move(date, 1)) dates.add(date);
    return [...dates];
  }
  const stored = await tx.rollup.findMany({ where: { siteId: site.id }, select: { day: true }, distinct: ["day"] });
  for (const date of census.dates) for (let days = 0; days < 7; days++) dates.add(move(date, days));
  for (const { day } of stored) dates.add(day.toISOString().slice(0, 10));
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

/** Every visitor with an event or a stored session in reach of the span. */
async function readVisitorIds(tx: Tx, site: Site, span: DateSpan | undefined): Promise<number[]> {
  const { from, to } = reachOf(site, span);
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT DISTINCT visitor_id AS id FROM event
    WHERE site_id = ${site.id}::smallint AND (${from}::timestamptz IS NULL OR at >= ${from}::timestamptz) AND (${to}::timestamptz IS NULL OR at < ${to}::timestamptz)
    UNION
    SELECT visitor_id FROM session
    WHERE site_id = ${site.id}::smallint AND (${from}::timestamptz IS NULL OR started_at >= ${from}::timestamptz) AND (${to}::timestamptz IS NULL OR started_at < ${to}::timestamptz)
    ORDER BY id`;
  return rows.map(({ id }) => Number(id));
}

async function readGenders(tx: Tx, siteId: number): Promise<Map<number, "m" | "f" | "unknown">> {
  const users = await tx.knownUser.findMany({ where: { siteId }, select: { id: true, gender: true } });
  return new Map(users.map(({ id, gender }) => [Number(id), gender]));
}

type EventTuple = [
  visitor: number,
  at: number,
  seq: number,
  kind: string,
  method: string,
  outcome: string,
  route: string,
  user: number | null,
];

async function readHistories(tx: Tx, siteId: number, visitorIds: number[]): Promise<Map<number, RawEvent[]>> {
  const rows = await tx.$queryRaw<{ events: EventTuple[] | null }[]>`
    SELECT json_agg(json_build_array(e.visitor_id, epoch_ms(e.at), e.seq, e.kind, e.method, e.outcome, route.pattern, e.user_id)) AS events
    FROM event e JOIN route ON route.id = e.route_id
    WHERE e.site_id = ${siteId}::smallint AND e.visitor_id = ANY (${visitorIds}::bigint[])`;
  const histories = new Map<number, RawEvent[]>();
  for (const [visitor, at, seq, kind, method, outcome, route, user] of rows[0]?.events ?? []) {
    const history = histories.get(visitor) ?? [];
    history.push({ at, seq, kind, method, outcome, route, user });
    histories.set(visitor, history);
  }
  return histories;
}

type SessionTuple = [
  visitor: number,
  id: number,
  person: number,
  startedAt: number,
  endedAt: number,
  interactions: number,
  loginAt: number | null,
];

async function readSessions(tx: Tx, siteId: number, visitorIds: number[]): Promise<Map<number, SessionTuple[]>> {
  const rows = await tx.$queryRaw<{ sessions: SessionTuple[] | null }[]>`
    SELECT json_agg(json_build_array(s.visitor_id, s.id, s.person, epoch_ms(s.started_at), epoch_ms(s.ended_at), s.interactions, epoch_ms(s.login_at))) AS sessions
    FROM session s WHERE s.site_id = ${siteId}::smallint AND s.visitor_id = ANY (${visitorIds}::bigint[])`;
  const sessions = new Map<number, SessionTuple[]>();
  for (const session of rows[0]?.sessions ?? []) {
    const of = sessions.get(session[0]) ?? [];
    of.push(session);
    sessions.set(session[0], of);
  }
  return sessions;
}

/** Stored sessions of a visitor against judged ones, each printed as one line. */
function compareSessions(visitorId: number, judged: readonly JudgedSession[], stored: readonly SessionTuple[]): Difference[] {
  const should = new Map(
    judged.map(({ id, person, events, signedInEvents }) => {
      const end = events[events.length - 1]?.at;
      const interactions = events.filter((event) => event.kind !== "ping").length;
      return [id, JSON.stringify([visitorId, id, person, events[0]?.at, end, interactions, signedInEvents[0]?.at ?? null])];
    }),
  );
  const is = new Map(stored.map((session) => [session[1], JSON.stringify(session)]));
  return [...new Set([...should.keys(), ...is.keys()])].flatMap((id) => {
    const [expected, actual] = [should.get(id) ?? "no such session", is.get(id) ?? "no such session"];
    return expected === actual
      ? []
      : [{ where: `visitor ${visitorId} · session ${id} [visitor, id, person, start, end, interactions, login]`, expected, actual }];
  });
}
