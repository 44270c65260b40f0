import type { NewEvent } from "../capture/event";
import type { Db, Tx } from "../db/client";
import { BatchDeltas } from "./batch-deltas";
import { hourFinder } from "./day-finder";
import { ensurePartitions } from "./ensure-partitions";
import { withoutErased } from "./erased-keys";
import { movePeople } from "./move-people";
import { applyPlan, changesPerson, type IncomingEvent, isLate, planVisitor, type VisitorPlan, visitorAfter } from "./plan-visitor";
import { type BatchState, beginBatch, readBatchState, readReplays, readUnsignedSessions, type UserState } from "./read-batch-state";
import type { SiteRef } from "./read-site";
import { type Dimensions, resolveDimensions } from "./resolve-dimensions";
import { byTime } from "./sessionize";
import { type Left, recall, remember } from "./site-memory";
import { toStorableText } from "./storable-text";
import { type EventRow, writeBatch } from "./write-batch";

export interface Appended {
  appended: number;
  /** Events the log had already, or that stood in the batch twice. */
  duplicates: number;
  /** Events of persons who were erased while these waited. */
  erased: number;
}

const TRANSACTION = { maxWait: 15_000, timeout: 60_000 };

/**
 * Appends a batch as one transaction: the events that are new, and everything they move (sessions, people, rollups), or nothing.
 * The order of the array is the order of arrival. Known ids are ignored, so a batch may be sent again. Wakes the listeners of `footfall`.
 */
export async function appendEvents(db: Db, site: SiteRef, events: readonly NewEvent[]): Promise<Appended> {
  if (events.length === 0) return { appended: 0, duplicates: 0, erased: 0 };
  const storable = toStorableText(events);
  await ensurePartitions(
    db,
    storable.map((event) => event.at),
  );
  const dimensions = await resolveDimensions(db, site.id, storable);
  const { appended, erased, left } = await db.$transaction((tx) => appendUnderLock(db, tx, site, storable, dimensions), TRANSACTION);
  remember(db, site.id, left);
  return { appended, duplicates: events.length - erased - appended, erased };
}

async function appendUnderLock(
  db: Db,
  tx: Tx,
  site: SiteRef,
  batch: readonly NewEvent[],
  dimensions: Dimensions,
): Promise<{ appended: number; erased: number; left: Left }> {
  const { firstSeq, duplicates } = await beginBatch(tx, site.id, batch);
  const memory = recall(db, site.id, firstSeq - 1);
  const events = await withoutErased(tx, site.id, batch, { knownUsers: memory?.users ?? null });
  // What is in the log already must change nothing, nor what is known of its user: it may have been sent again with other words.
  const fresh = withoutDuplicates(events, duplicates);
  const state = await readBatchState(tx, site.id, fresh, memory);
  const incoming = new Map<NewEvent, IncomingEvent>();
  fresh.forEach((event, index) => {
    incoming.set(event, toIncoming(event, firstSeq + index, state.users, dimensions));
  });
  const plans = await planVisitors(tx, site.id, state, incoming);
  const deltas = new BatchDeltas(hourFinder(site.timezone));
  const relinked = plans.filter(changesPerson).map((plan) => plan.visitor.id);
  const others = await readUnsignedSessions(tx, site.id, relinked);
  for (const plan of plans) applyPlan(deltas, plan, others.get(plan.visitor.id) ?? null);
  const { distinct, activities, persons, genders } = await movePeople(tx, site.id, deltas, state, memory);
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
  const span = { before: firstSeq - 1, after: firstSeq - 1 + batch.length };
  return { appended: rows.length, erased: batch.length - events.length, left: { span, visitors, users, persons, activities, genders } };
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
    visitorId,
    sessionId,
    userId: event.user ? (state.users.get(event.user.key)?.id ?? null) : null,
    id: event.id,
    kind: event.kind,
    outcome: event.outcome,
    routeId: dimensions.routeIds.get(event.route) as number,
    clientId: dimensions.clientId(event.client),
    referralId: dimensions.referralId(event.referral),
    durationMs: event.durationMs,
    timeSpentSec: event.timeSpentSec,
    status: event.status,
    method: event.method,
    path: event.path === event.route ? null : event.path,
    title: event.title,
    address: event.address,
    country: event.country,
  };
}
