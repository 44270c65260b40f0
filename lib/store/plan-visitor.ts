import type { BatchDeltas, StoredSession } from "./batch-deltas";
import { byTime, continueSession, type SessionState, type StoredEvent } from "./sessionize";

/** A new event of a batch, with the user it is about. */
export interface IncomingEvent extends StoredEvent {
  userId: number | null;
}

/** An event read back from the log, with the session it was counted in. */
export interface LoggedEvent extends IncomingEvent {
  sessionId: number;
}

/** The user a visitor is known as, and the event that said so. */
export interface Known {
  userId: number;
  at: number;
  seq: number;
}

export interface VisitorState {
  id: number;
  known: Known | null;
  /** The session with its latest event. */
  last: StoredSession | null;
}

/** Sessions read back with all of their events, in order. */
export interface Replay {
  sessions: StoredSession[];
  events: LoggedEvent[];
}

/** What a batch makes of one visitor. */
export interface VisitorPlan {
  visitor: VisitorState;
  known: Known | null;
  incoming: IncomingEvent[];
  /** Sessions as they were; those that `sessions` no longer has are to be deleted. */
  replaced: StoredSession[];
  /** The same and new sessions as they are now. */
  sessions: StoredSession[];
  /** The session of every incoming and every replayed event, by arrival number. */
  sessionOf: Map<number, StoredSession>;
  replayed: LoggedEvent[];
}

/** Whether a visitor's new events (in order) begin before its latest one, so that sessions must be replayed. */
export const isLate = (visitor: VisitorState, incoming: readonly IncomingEvent[]): boolean => {
  const [first] = incoming;
  return visitor.last !== null && first !== undefined && first.at < visitor.last.endedAt;
};

/** The user that a visitor is known as after these events: the one of its latest login or registration. */
function latestKnown(known: Known | null, events: readonly IncomingEvent[]): Known | null {
  let latest = known;
  for (const { kind, userId, at, seq } of events) {
    if ((kind === "login" || kind === "register") && userId !== null && (!latest || byTime(latest, { at, seq }) < 0))
      latest = { userId, at, seq };
  }
  return latest;
}

/** Who is behind a session: docs/metrics.md, “People”. */
export const personOf = (session: SessionState, known: Known | null): number => session.userId ?? known?.userId ?? -session.visitorId;

/**
 * Cuts a visitor's new events into sessions, going on from its open session or, for late events, over the replayed ones.
 * `incoming` is in the order of `byTime`. Pure.
 */
export function planVisitor(visitor: VisitorState, incoming: IncomingEvent[], replay: Replay | null): VisitorPlan {
  const known = latestKnown(visitor.known, incoming);
  const replayed = replay?.events ?? [];
  const events: IncomingEvent[] = replay ? [...replayed, ...incoming].sort(byTime) : incoming;
  const sessionIdOf = new Map<number, number>();
  const states = new Map<number, SessionState>();
  let open: SessionState | null = replay ? null : visitor.last;
  for (const event of events) {
    open = continueSession(open, visitor.id, event, event.userId);
    states.set(open.id, open);
    sessionIdOf.set(event.seq, open.id);
  }
  const sessions = new Map<number, StoredSession>();
  for (const state of states.values()) sessions.set(state.id, { ...state, person: personOf(state, known) });
  const sessionOf = new Map<number, StoredSession>();
  for (const [seq, id] of sessionIdOf) sessionOf.set(seq, sessions.get(id) as StoredSession);
  const continued = visitor.last && sessions.has(visitor.last.id) ? [visitor.last] : [];
  return {
    visitor,
    known,
    incoming,
    replaced: replay ? [...replay.sessions] : continued,
    sessions: [...sessions.values()],
    sessionOf,
    replayed,
  };
}

/** Whether sessions that the plan leaves alone have another person now: those without a sign-in, of a visitor now known as somebody else. */
export const changesPerson = (plan: VisitorPlan): boolean => {
  if (plan.visitor.last === null) return false;
  if (plan.known?.userId !== plan.visitor.known?.userId) return true;
  return (
    plan.replayed.length === 0 &&
    plan.replaced.some((before) => plan.sessions.some((after) => after.id === before.id && after.person !== before.person))
  );
};

const inSignedInPart = (event: StoredEvent, session: SessionState): boolean =>
  session.loginAt !== null && session.loginSeq !== null && byTime(event, { at: session.loginAt, seq: session.loginSeq }) >= 0;

/**
 * Moves the sums by what the plan changes. `others` are the visitor's stored sessions whose person may have changed, with their events,
 * where `changesPerson` asked for them; the plan gets those that did. Session ids in `others` that the plan replays are passed over.
 */
export function applyPlan(deltas: BatchDeltas, plan: VisitorPlan, others: Replay | null): void {
  for (const session of plan.replaced) deltas.addSession(-1, session);
  for (const session of plan.sessions) deltas.addSession(1, session);

  const replacedById = new Map(plan.replaced.map((session) => [session.id, session]));
  for (const event of plan.replayed) {
    const before = replacedById.get(event.sessionId) as StoredSession;
    deltas.addEvent(-1, event, before.person, inSignedInPart(event, before));
  }
  for (const event of [...plan.replayed, ...plan.incoming]) {
    const after = plan.sessionOf.get(event.seq) as StoredSession;
    deltas.addEvent(1, event, after.person, inSignedInPart(event, after));
  }
  if (others) relinkSessions(deltas, plan, others);
}

/** Sessions that stay as they are, or only go on, but belong to another person now: their earlier events move from the one to the other. */
function relinkSessions(deltas: BatchDeltas, plan: VisitorPlan, others: Replay): void {
  const replayedIds = new Set(plan.replayed.map((event) => event.sessionId));
  const goesOn = new Map(plan.sessions.map((session) => [session.id, session]));
  const persons = new Map<number, { before: number; session: StoredSession }>();
  for (const session of others.sessions) {
    if (replayedIds.has(session.id)) continue;
    const person = goesOn.get(session.id)?.person ?? personOf(session, plan.known);
    if (person === session.person) continue;
    persons.set(session.id, { before: session.person, session });
    if (goesOn.has(session.id)) continue;
    plan.replaced.push(session);
    plan.sessions.push({ ...session, person });
  }
  const after = new Map(plan.sessions.map((session) => [session.id, session.person]));
  for (const event of others.events) {
    const moved = persons.get(event.sessionId);
    if (!moved) continue;
    const signedIn = inSignedInPart(event, moved.session);
    deltas.addActivity(-1, event, moved.before, signedIn);
    deltas.addActivity(1, event, after.get(event.sessionId) as number, signedIn);
  }
}

/** The visitor as a plan leaves it. */
export function visitorAfter(plan: VisitorPlan): VisitorState {
  const now = new Map(plan.sessions.map((session) => [session.id, session]));
  const gone = new Set(plan.replaced.filter((session) => !now.has(session.id)).map((session) => session.id));
  const before = plan.visitor.last;
  let last = before && !gone.has(before.id) ? (now.get(before.id) ?? before) : null;
  for (const session of plan.sessions) {
    if (!last || byTime({ at: last.endedAt, seq: last.lastSeq }, { at: session.endedAt, seq: session.lastSeq }) < 0) last = session;
  }
  return { id: plan.visitor.id, known: plan.known, last };
}
