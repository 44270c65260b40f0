/*
 * The definitions of docs/metrics.md, written down a second time and as plainly as they stand there. This folder shares no code with the
 * path that moves the rollups, so that agreement between the two means something.
 */

export interface RawEvent {
  at: number;
  seq: number;
  kind: string;
  method: string;
  outcome: string;
  route: string;
  /** Of a login or register event: whom it was about. */
  user: number | null;
  /** The session it is stored with. */
  session: number | null;
}

export interface JudgedSession {
  /** Arrival number of its first event. */
  id: number;
  /** Who signed in during it. */
  user: number | null;
  person: number;
  events: RawEvent[];
  /** Its events from the login on; empty where nobody signed in. */
  signedInEvents: RawEvent[];
}

export interface JudgedVisitor {
  /** Who it is known as, and the event that says so; no event where it is one that was forgotten, or none. */
  known: { user: number | null; by: RawEvent | null };
  sessions: JudgedSession[];
}

const HALF_AN_HOUR = 30 * 60 * 1000;

/** Cuts one visitor's whole history into sessions and tells who is behind each. `knownBefore` is whom it was known as before that history. */
export function judgeVisitor(visitorId: number, history: readonly RawEvent[], knownBefore: number | null = null): JudgedVisitor {
  const events = [...history].sort((a, b) => (a.at === b.at ? a.seq - b.seq : a.at - b.at));
  const naming = events.filter((event) => (event.kind === "login" || event.kind === "register") && event.user !== null);
  const by = naming[naming.length - 1] ?? null;
  const knownAs = by ? by.user : knownBefore;

  const cuts: RawEvent[][] = [];
  events.forEach((event, index) => {
    const open = cuts[cuts.length - 1];
    const previous = events[index - 1];
    const goesOn =
      open !== undefined &&
      previous !== undefined &&
      event.at - previous.at <= HALF_AN_HOUR &&
      previous.kind !== "logout" &&
      !(event.kind === "login" && open.some((earlier) => earlier.kind === "login"));
    if (goesOn) open.push(event);
    else cuts.push([event]);
  });

  const sessions = cuts.map((cut) => {
    const loginIndex = cut.findIndex((event) => event.kind === "login");
    const user = loginIndex >= 0 ? (cut[loginIndex] as RawEvent).user : null;
    return {
      id: (cut[0] as RawEvent).seq,
      user,
      person: user ?? knownAs ?? -visitorId,
      events: cut,
      signedInEvents: loginIndex >= 0 ? cut.slice(loginIndex) : [],
    };
  });
  return { known: { user: knownAs, by }, sessions };
}
