import type { PoolClient } from "pg";
import type { NewEvent } from "../capture/event";
import type { Db } from "../db/client";
import { inTransaction } from "../db/in-transaction";
import { BatchDeltas, type StoredSession } from "./batch-deltas";
import { beginBatch } from "./begin-batch";
import { copyEvents, type PlacedEvent } from "./copy-events";
import { hourFinder } from "./day-finder";
import { ensurePartitions } from "./ensure-partitions";
import { withoutErased } from "./erased-keys";
import { movePeople } from "./move-people";
import { applyPlan, changesPerson, type IncomingEvent, isLate, planVisitor, type VisitorPlan, visitorAfter } from "./plan-visitor";
import { type BatchState, readBatchState, type UserState } from "./read-batch-state";
import { readReplays, readUnsignedSessions } from "./read-replays";
import type { SiteRef } from "./read-site";
import { type Dimensions, resolveDimensions } from "./resolve-dimensions";
import { byTime } from "./sessionize";
import { forget, type Left, recall, remember } from "./site-memory";
import { toStorableText } from "./storable-text";
import { UnstorableError } from "./unstorable-error";
import { writeBatch } from "./write-batch";

export interface Appended {
  appended: number;
  /** Events the log had already, or that stood in the batch twice. */
  duplicates: number;
  /** Events of persons who were erased while these waited. */
  erased: number;
}

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
  const { appended, erased, left } = await inTransaction(db, (tx) => appendUnderLock(db, tx, site, storable, dimensions)).catch((error) => {
    forget(db, site.id);
    throw error;
  });
  remember(db, site.id, left);
  return { appended, duplicates: events.length - erased - appended, erased };
}

async function appendUnderLock(
  db: Db,
  tx: PoolClient,
  site: SiteRef,
  batch: readonly NewEvent[],
  dimensions: Dimensions,
): Promise<{ appended: number; erased: number; left: Left }> {
  const { firstSeq, mark, markBefore, duplicates, erasedAt } = await beginBatch(tx, site.id, batch);
  const before = { lastSeq: firstSeq - 1, mark: markBefore };
  const memory = recall(db, site.id, before);
  const events = await withoutErased(tx, site.id, batch, { erasedAt, knownUsers: memory?.users ?? null });
  // What is in the log already must change nothing, nor what is known of its user: it may have been sent again with other words.
  const fresh = withoutDuplicates(events, duplicates);
  const state = await readBatchState(tx, site.id, fresh, memory);
  const incoming = fresh.map((event, index) => toIncoming(event, firstSeq + index, state.users, dimensions));
  const plans = await planVisitors(tx, state, fresh, incoming);
  const deltas = new BatchDeltas(hourFinder(site.timezone));
  const relinked = plans.filter(changesPerson).map((plan) => plan.visitor.id);
  const others = await readUnsignedSessions(tx, relinked);
  for (const plan of plans) applyPlan(deltas, plan, others.get(plan.visitor.id) ?? null);
  const moving = movePeople(tx, site.id, deltas, state, memory);
  // While the database stores the events, what they move is counted here.
  const copying = fresh.length > 0 ? copyEvents(tx, placeEvents(site.id, fresh, incoming, plans, dimensions)) : undefined;
  const [{ distinct, activities, persons, genders }] = await Promise.all([moving, copying]);
  if (fresh.length > 0) await writeBatch(tx, site.id, { plans, deltas, distinct, activities });
  const visitors = plans.map(visitorAfter);
  const users = new Map([...state.users].map(([key, { id, label, genderAfter }]) => [key, { id, key, label, gender: genderAfter }]));
  const span = { before, after: { lastSeq: before.lastSeq + batch.length, mark } };
  return { appended: fresh.length, erased: batch.length - events.length, left: { span, visitors, users, persons, activities, genders } };
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
  tx: PoolClient,
  state: BatchState,
  events: readonly NewEvent[],
  incoming: readonly IncomingEvent[],
): Promise<VisitorPlan[]> {
  const byVisitor = new Map<string, IncomingEvent[]>();
  events.forEach(({ visitor }, index) => {
    const event = incoming[index] as IncomingEvent;
    const known = byVisitor.get(visitor);
    if (known) known.push(event);
    else byVisitor.set(visitor, [event]);
  });
  const replayFrom = new Map<number, number>();
  for (const [key, its] of byVisitor) {
    if (its.length > 1) its.sort(byTime);
    const visitor = state.visitors.get(key);
    if (visitor && isLate(visitor, its)) replayFrom.set(visitor.id, (its[0] as IncomingEvent).at);
  }
  const replays = await readReplays(tx, replayFrom);
  return [...byVisitor].map(([key, its]) => {
    const visitor = state.visitors.get(key);
    if (!visitor) throw new UnstorableError(`visitor ${key} was not found under the lock`);
    return planVisitor(visitor, its, replays.get(visitor.id) ?? null);
  });
}

/** The events with their sessions, in the order of their arrival. */
function placeEvents(
  siteId: number,
  events: readonly NewEvent[],
  incoming: readonly IncomingEvent[],
  plans: readonly VisitorPlan[],
  dimensions: Dimensions,
): PlacedEvent[] {
  const first = incoming[0]?.seq ?? 0;
  const sessions = new Array<StoredSession | undefined>(events.length);
  for (const plan of plans)
    plan.incoming.forEach(({ seq }, index) => {
      sessions[seq - first] = plan.sessionsOfIncoming[index];
    });
  return events.map((event, index) => {
    const each = incoming[index] as IncomingEvent;
    const session = sessions[index];
    if (!session) throw new UnstorableError(`event ${event.id} found no session`);
    return {
      event,
      incoming: each,
      session,
      clientId: dimensions.clientId(event.client),
      referralId: dimensions.referralId(event.referral),
      siteId,
    };
  });
}
