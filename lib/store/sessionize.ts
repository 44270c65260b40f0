import { type EventKind, isConversion, isInteraction } from "../capture/event";
import { SESSION_IDLE_MS } from "../metrics/catalogue";

/** An event as far as sessions and rollups are concerned. Times are UTC milliseconds; `seq` is the order of arrival. */
export interface StoredEvent {
  at: number;
  seq: number;
  kind: EventKind;
  method: string;
  outcome: string;
  routeId: number;
}

/**
 * A session as it stands after some of its events.
 *
 *     (none) ──event──▶ open ──logout──▶ closed
 *                        │ ▲
 *                        └─┘ any event within 30 minutes, but a second login
 */
export interface SessionState {
  /** The arrival number of its first event. */
  id: number;
  visitorId: number;
  /** The user of its login. */
  userId: number | null;
  startedAt: number;
  endedAt: number;
  lastSeq: number;
  loginAt: number | null;
  loginSeq: number | null;
  convertedAt: number | null;
  signedInConvertedAt: number | null;
  interactions: number;
  signedInInteractions: number;
  views: number;
  /** Its last event was a logout. */
  loggedOut: boolean;
}

/** By time; of the same instant, by arrival. */
export const byTime = (a: { at: number; seq: number }, b: { at: number; seq: number }): number => a.at - b.at || a.seq - b.seq;

/** Whether an event begins a new session: docs/metrics.md, “Sessions”. */
export function beginsSession(open: SessionState | null, event: StoredEvent): boolean {
  if (!open) return true;
  return event.at - open.endedAt > SESSION_IDLE_MS || open.loggedOut || (event.kind === "login" && open.loginAt !== null);
}

/** A new session, before its first event is counted. */
export function beginSession(visitorId: number, event: StoredEvent): SessionState {
  return {
    id: event.seq,
    visitorId,
    userId: null,
    startedAt: event.at,
    endedAt: event.at,
    lastSeq: event.seq,
    loginAt: null,
    loginSeq: null,
    convertedAt: null,
    signedInConvertedAt: null,
    interactions: 0,
    signedInInteractions: 0,
    views: 0,
    loggedOut: false,
  };
}

/** Counts an event in its session, in place. Events of a visitor must come in the order of `byTime`; `userId` is whom a login signed in. */
export function continueSession(session: SessionState, event: StoredEvent, userId: number | null): void {
  session.endedAt = event.at;
  session.lastSeq = event.seq;
  session.loggedOut = event.kind === "logout";
  if (event.kind === "login") {
    session.loginAt = event.at;
    session.loginSeq = event.seq;
    session.userId = userId;
  }
  const signedIn = session.loginAt !== null;
  if (isInteraction(event.kind)) {
    session.interactions += 1;
    if (signedIn) session.signedInInteractions += 1;
  }
  if (event.kind === "view") session.views += 1;
  if (isConversion(event)) {
    session.convertedAt ??= event.at;
    if (signedIn) session.signedInConvertedAt ??= event.at;
  }
}
