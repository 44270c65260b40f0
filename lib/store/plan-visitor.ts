import type { BatchDeltas, StoredSession } from "./batch-deltas";
import { beginSession, beginsSession, byTime, continueSession, type SessionState, type StoredEvent } from "./sessionize";

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
  key: string;
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
  replayed: LoggedEvent[];
  /** The session of each incoming event, and of each replayed one, in their order. */
  sessionsOfIncoming: StoredSession[];
  sessionsOfReplayed: StoredSession[];
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
  const sessions: StoredSession[] = [];
  let sessionsOfIncoming: StoredSession[];
  let sessionsOfReplayed: StoredSession[] = [];
  if (replay) {
    const merged = [...replayed, ...incoming].sort(byTime);
    const placed = placeEvents(visitor.id, null, merged, sessions);
    const sessionOf = new Map(merged.map(({ seq }, index) => [seq, placed[index] as StoredSession]));
    sessionsOfIncoming = incoming.map(({ seq }) => sessionOf.get(seq) as StoredSession);
    sessionsOfReplayed = replayed.map(({ seq }) => sessionOf.get(seq) as StoredSession);
  } else sessionsOfIncoming = placeEvents(visitor.id, visitor.last, incoming, sessions);
  for (const session of sessions) session.person = personOf(session, known);
  const { last } = visitor;
  const replaced = replay ? [...replay.sessions] : last && sessions[0]?.id === last.id ? [last] : [];
  return { visitor, known, incoming, replaced, sessions, replayed, sessionsOfIncoming, sessionsOfReplayed };
}

/** Cuts events (in order) into sessions, from a stored one on that may be open, and adds what comes of it to `sessions`. Returns each event's session. */
function placeEvents(
  visitorId: number,
  stored: StoredSession | null,
  events: readonly IncomingEvent[],
  sessions: StoredSession[],
): StoredSession[] {
  const placed: StoredSession[] = [];
  let open = stored;
  for (const event of events) {
    if (!open || beginsSession(open, event)) {
      open = { ...beginSession(visitorId, event), person: 0 };
      sessions.push(open);
    } else if (open === stored) {
      // The stored state stays as it was: sums are moved by the difference.
      open = { ...open };
      sessions.push(open);
    }
    continueSession(open, event, event.userId);
    placed.push(open);
  }
  return placed;
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
  session.loginAt !== null &&
  session.loginSeq !== null &&
  (event.at > session.loginAt || (event.at === session.loginAt && event.seq >= session.loginSeq));

/**
 * Moves the sums by what the plan changes. `others` are the visitor's stored sessions whose person may have changed, with their events,
 * where `changesPerson` asked for them; the plan gets those that did. Session ids in `others` that the plan replays are passed over.
 */
export function applyPlan(deltas: BatchDeltas, plan: VisitorPlan, others: Replay | null): void {
  for (const session of plan.replaced) deltas.addSession(-1, session);
  for (const session of plan.sessions) deltas.addSession(1, session);

  if (plan.replayed.length > 0) {
    const replacedById = new Map(plan.replaced.map((session) => [session.id, session]));
    for (const event of plan.replayed) addEvent(deltas, -1, event, replacedById.get(event.sessionId) as StoredSession);
    plan.replayed.forEach((event, index) => {
      addEvent(deltas, 1, event, plan.sessionsOfReplayed[index] as StoredSession);
    });
  }
  plan.incoming.forEach((event, index) => {
    addEvent(deltas, 1, event, plan.sessionsOfIncoming[index] as StoredSession);
  });
  if (others) relinkSessions(deltas, plan, others);
}

const addEvent = (deltas: BatchDeltas, sign: 1 | -1, event: StoredEvent, session: StoredSession): void =>
  deltas.addEvent(sign, event, session.person, inSignedInPart(event, session));

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
export function visitorAfter({ visitor, known, replaced, sessions }: VisitorPlan): VisitorState {
  const before = visitor.last;
  let last = before;
  if (before) last = findSession(sessions, before.id) ?? (findSession(replaced, before.id) ? null : before);
  for (const session of sessions) if (!last || endsLater(session, last)) last = session;
  return { id: visitor.id, key: visitor.key, known, last };
}

/** The session of that id among a visitor's few. */
export function findSession(sessions: readonly StoredSession[], id: number): StoredSession | undefined {
  for (const session of sessions) if (session.id === id) return session;
  return undefined;
}

const endsLater = (a: StoredSession, b: StoredSession): boolean =>
  a.endedAt > b.endedAt || (a.endedAt === b.endedAt && a.lastSeq > b.lastSeq);
