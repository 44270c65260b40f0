import type { EventUser, Gender, NewEvent } from "../capture/event";
import type { Db, Tx } from "../db/client";
import { type Activity, BatchDeltas, dayOfKey, type HourKey } from "./batch-deltas";
import { hourFinder } from "./day-finder";
import { addPersonChange, type DistinctDeltas, plus, WEEK_DAYS } from "./distinct-deltas";
import { ensurePartitions } from "./ensure-partitions";
import {
  applyPlan,
  changesPerson,
  type IncomingEvent,
  isLate,
  planVisitor,
  type VisitorPlan,
  type VisitorState,
  visitorAfter,
} from "./plan-visitor";
import { type ActivitySpan, readActivities } from "./read-activities";
import { type BatchState, lockSite, readBatchState, readReplays, readUnsignedSessions, type UserState } from "./read-batch-state";
import type { SiteRef } from "./read-site";
import { type Dimensions, resolveDimensions } from "./resolve-dimensions";
import { byTime } from "./sessionize";
import { recall, remember } from "./site-memory";
import { toStorableText } from "./storable-text";
import { type EventRow, writeBatch } from "./write-batch";

export interface Appended {
  appended: number;
  /** Events the log had already, or that stood in the batch twice. */
  duplicates: number;
}

/** All of time, as day numbers that PostgreSQL's dates can hold. */
const FIRST_DAY = -2_000_000;
const LAST_DAY = 2_000_000;
const TRANSACTION = { maxWait: 15_000, timeout: 60_000 };

/**
 * Appends a batch as one transaction: the events that are new, and everything they move (sessions, people, rollups), or nothing.
 * The order of the array is the order of arrival. Known ids are ignored, so a batch may be sent again. Wakes the listeners of `footfall`.
 */
export async function appendEvents(db: Db, site: SiteRef, events: readonly NewEvent[]): Promise<Appended> {
  if (events.length === 0) return { appended: 0, duplicates: 0 };
  const storable = toStorableText(events);
  await ensurePartitions(
    db,
    storable.map((event) => event.at),
  );
  const dimensions = await resolveDimensions(db, site.id, storable);
  const { appended, left } = await db.$transaction((tx) => appendUnderLock(db, tx, site, storable, dimensions), TRANSACTION);
  remember(db, site.id, left.span, left.visitors, left.users);
  return { appended, duplicates: events.length - appended };
}

/** What a batch leaves behind, once it is committed. */
type Left = {
  span: { before: number; after: number };
  visitors: Map<string, VisitorState>;
  users: Map<string, EventUser & { id: number }>;
};

async function appendUnderLock(
  db: Db,
  tx: Tx,
  site: SiteRef,
  events: readonly NewEvent[],
  dimensions: Dimensions,
): Promise<{ appended: number; left: Left }> {
  const firstSeq = await lockSite(tx, site.id, events.length);
  const state = await readBatchState(tx, site.id, events, recall(db, site.id, firstSeq - 1));
  const fresh = withoutDuplicates(events, state.duplicates);
  const incoming = new Map<NewEvent, IncomingEvent>();
  fresh.forEach((event, index) => {
    incoming.set(event, toIncoming(event, firstSeq + index, state.users, dimensions));
  });
  const plans = await planVisitors(tx, site.id, state, incoming);
  const deltas = new BatchDeltas(hourFinder(site.timezone));
  const relinked = plans.filter(changesPerson).map((plan) => plan.visitor.id);
  const others = await readUnsignedSessions(tx, site.id, relinked);
  for (const plan of plans) applyPlan(deltas, plan, others.get(plan.visitor.id) ?? null);
  const { distinct, activities } = await moveDistinctCounts(tx, site.id, deltas, state.users);
  const sessionOf = new Map(plans.flatMap((plan) => plan.incoming.map((event) => [event.seq, plan.sessionOf.get(event.seq)] as const)));
  const rows = [...incoming].map(([event, { seq }]): EventRow => {
    const session = sessionOf.get(seq);
    if (!session) throw new Error(`event ${event.id} found no session`);
    return toEventRow(event, seq, session.visitorId, session.id, state, dimensions);
  });
  if (rows.length > 0) await writeBatch(tx, site.id, { events: rows, plans, deltas, distinct, activities });
  const afterById = new Map(plans.map((plan) => [plan.visitor.id, visitorAfter(plan)]));
  const visitors = new Map([...state.visitors].map(([key, visitor]) => [key, afterById.get(visitor.id) ?? visitor]));
  const users = new Map([...state.users].map(([key, { id, label, genderAfter }]) => [key, { id, key, label, gender: genderAfter }]));
  return { appended: rows.length, left: { span: { before: firstSeq - 1, after: firstSeq - 1 + events.length }, visitors, users } };
}

function withoutDuplicates(events: readonly NewEvent[], known: ReadonlySet<string>): NewEvent[] {
  const seen = new Set(known);
  return events.filter(({ id }) => {
    const key = id.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function toIncoming(event: NewEvent, seq: number, users: ReadonlyMap<string, UserState>, dimensions: Dimensions): IncomingEvent {
  return {
    at: event.at.getTime(),
    seq,
    kind: event.kind,
    method: event.method,
    outcome: event.outcome,
    routeId: dimensions.routeIds.get(event.route) as number,
    userId: event.user ? (users.get(event.user.key)?.id ?? null) : null,
  };
}

async function planVisitors(
  tx: Tx,
  siteId: number,
  state: BatchState,
  incoming: ReadonlyMap<NewEvent, IncomingEvent>,
): Promise<VisitorPlan[]> {
  const byVisitor = new Map<string, IncomingEvent[]>();
  for (const [{ visitor }, event] of incoming) {
    const events = byVisitor.get(visitor);
    if (events) events.push(event);
    else byVisitor.set(visitor, [event]);
  }
  const replayFrom = new Map<number, number>();
  for (const [key, events] of byVisitor) {
    events.sort(byTime);
    const visitor = state.visitors.get(key);
    if (visitor && isLate(visitor, events)) replayFrom.set(visitor.id, (events[0] as IncomingEvent).at);
  }
  const replays = await readReplays(tx, siteId, replayFrom);
  return [...byVisitor].map(([key, events]) => {
    const visitor = state.visitors.get(key);
    if (!visitor) throw new Error(`visitor ${key} was not found under the lock`);
    return planVisitor(visitor, events, replays.get(visitor.id) ?? null);
  });
}

/** Reads what the people of a batch did around the days it touches, and from that how every distinct count moves. */
async function moveDistinctCounts(
  tx: Tx,
  siteId: number,
  deltas: BatchDeltas,
  users: ReadonlyMap<string, UserState>,
): Promise<{ distinct: DistinctDeltas; activities: Map<number, Map<HourKey, Activity>> }> {
  const regendered = new Map([...users.values()].filter((user) => user.genderBefore !== user.genderAfter).map((user) => [user.id, user]));
  const genders = new Map([...users.values()].map((user) => [user.id, user]));
  const spans: ActivitySpan[] = [];
  for (const person of new Set([...deltas.persons.keys(), ...regendered.keys()])) {
    if (regendered.has(person)) spans.push({ person, from: FIRST_DAY, to: LAST_DAY });
    else spans.push(spanAround(person, deltas.persons.get(person) as Map<HourKey, Activity>));
  }
  const before = await readActivities(tx, siteId, spans);
  const unknownGenders = await readGenders(
    tx,
    [...deltas.persons.keys()].filter((person) => person > 0 && !genders.has(person)),
  );
  const distinct: DistinctDeltas = { hours: new Map(), days: new Map(), weeks: new Map() };
  const activities = new Map<number, Map<HourKey, Activity>>();
  for (const { person } of spans) {
    const was = before.get(person) ?? new Map<HourKey, Activity>();
    const now = new Map(was);
    const changed = new Map<HourKey, Activity>();
    for (const [key, delta] of deltas.persons.get(person) ?? []) {
      const activity = plus(was.get(key), delta);
      now.set(key, activity);
      changed.set(key, activity);
    }
    const user = genders.get(person);
    const gender = unknownGenders.get(person) ?? "unknown";
    addPersonChange(distinct, {
      before: was,
      after: now,
      genderBefore: user?.genderBefore ?? gender,
      genderAfter: user?.genderAfter ?? gender,
      touched: regendered.has(person) ? [...now.keys()] : [...changed.keys()],
    });
    activities.set(person, changed);
  }
  return { distinct, activities };
}

function spanAround(person: number, hours: ReadonlyMap<HourKey, Activity>): ActivitySpan {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const key of hours.keys()) {
    from = Math.min(from, dayOfKey(key));
    to = Math.max(to, dayOfKey(key));
  }
  return { person, from: from - WEEK_DAYS + 1, to: to + WEEK_DAYS - 1 };
}

async function readGenders(tx: Tx, userIds: readonly number[]): Promise<Map<number, Gender>> {
  if (userIds.length === 0) return new Map();
  const users = await tx.knownUser.findMany({ where: { id: { in: [...userIds] } }, select: { id: true, gender: true } });
  return new Map(users.map(({ id, gender }) => [Number(id), gender]));
}

function toEventRow(
  event: NewEvent,
  seq: number,
  visitorId: number,
  sessionId: number,
  state: BatchState,
  dimensions: Dimensions,
): EventRow {
  return {
    at: event.at.getTime(),
    seq,
    visitor_id: visitorId,
    session_id: sessionId,
    user_id: event.user ? (state.users.get(event.user.key)?.id ?? null) : null,
    id: event.id,
    kind: event.kind,
    outcome: event.outcome,
    route_id: dimensions.routeIds.get(event.route) as number,
    client_id: dimensions.clientId(event.client),
    referral_id: dimensions.referralId(event.referral),
    duration_ms: event.durationMs,
    time_spent_sec: event.timeSpentSec,
    status: event.status,
    method: event.method,
    path: event.path === event.route ? null : event.path,
    title: event.title,
    address: event.address,
    country: event.country,
  };
}
