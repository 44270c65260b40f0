import type { Tx } from "../../db/client";
import { isConversion } from "./census";
import type { Difference } from "./compare-snapshot";
import type { JudgedSession, JudgedVisitor } from "./judge-visitor";

type SessionTuple = [visitor: number, id: number, ...rest: (number | boolean | null)[]];
const SESSION_FIELDS =
  "visitor, id, user, person, start, end, last number, login, its number, conversion, signed-in conversion, interactions, signed-in interactions, views, signed out";

async function readSessions(tx: Tx, siteId: number, visitorIds: number[]): Promise<Map<number, SessionTuple[]>> {
  const rows = await tx.$queryRaw<{ sessions: SessionTuple[] | null }[]>`
    SELECT json_agg(json_build_array(s.visitor_id, s.id, s.user_id, s.person, epoch_ms(s.started_at), epoch_ms(s.ended_at), s.last_seq,
      epoch_ms(s.login_at), s.login_seq, epoch_ms(s.converted_at), epoch_ms(s.signed_in_converted_at), s.interactions, s.signed_in_interactions,
      s.views, s.logged_out)) AS sessions
    FROM session s WHERE s.site_id = ${siteId}::smallint AND s.visitor_id = ANY (${visitorIds}::bigint[])`;
  const sessions = new Map<number, SessionTuple[]>();
  for (const session of rows[0]?.sessions ?? []) {
    const of = sessions.get(session[0]) ?? [];
    of.push(session);
    sessions.set(session[0], of);
  }
  return sessions;
}

function sessionAsStored(visitorId: number, { id, user, person, events, signedInEvents }: JudgedSession): SessionTuple {
  const [first, last, login] = [events[0], events[events.length - 1], signedInEvents[0]];
  const converted = events.find(isConversion)?.at ?? null;
  const signedInConverted = signedInEvents.find(isConversion)?.at ?? null;
  const interactions = (of: JudgedSession["events"]) => of.filter(({ kind }) => kind !== "ping").length;
  const views = events.filter(({ kind }) => kind === "view").length;
  const times = [first?.at ?? null, last?.at ?? null, last?.seq ?? null, login?.at ?? null, login?.seq ?? null];
  const counts = [interactions(events), interactions(signedInEvents), views, last?.kind === "logout"];
  return [visitorId, id, user, person, ...times, converted, signedInConverted, ...counts];
}

function compareSessions(visitorId: number, judged: readonly JudgedSession[], stored: readonly SessionTuple[]): Difference[] {
  const should = new Map(judged.map((session) => [session.id, JSON.stringify(sessionAsStored(visitorId, session))]));
  const is = new Map(stored.map((session) => [session[1], JSON.stringify(session)]));
  return [...new Set([...should.keys(), ...is.keys()])].flatMap((id) => {
    const [expected, actual] = [should.get(id) ?? "no such session", is.get(id) ?? "no such session"];
    return expected === actual ? [] : [{ where: `visitor ${visitorId} · session ${id} [${SESSION_FIELDS}]`, expected, actual }];
  });
}

/** Each event's session, as it is stored with it. */
const compareEvents = (visitorId: number, judged: readonly JudgedSession[]): Difference[] =>
  judged.flatMap(({ id, events }) =>
    events
      .filter(({ session }) => session !== id)
      .map(({ seq, session }) => ({ where: `visitor ${visitorId} · event ${seq} [session]`, expected: `${id}`, actual: `${session}` })),
  );

type VisitorTuple = [visitor: number, user: number | null, at: number | null, seq: number | null];

async function readVisitorRows(tx: Tx, visitorIds: number[]): Promise<Map<number, VisitorTuple>> {
  const rows = await tx.$queryRaw<{ visitors: VisitorTuple[] | null }[]>`
    SELECT json_agg(json_build_array(id, known_user_id, epoch_ms(known_at), known_seq)) AS visitors FROM visitor WHERE id = ANY (${visitorIds}::bigint[])`;
  return new Map((rows[0]?.visitors ?? []).map((visitor) => [visitor[0], visitor]));
}

function compareKnown(visitorId: number, { user, by }: JudgedVisitor["known"], stored: VisitorTuple | undefined): Difference[] {
  // Of an event that is forgotten nothing is known but whom it named.
  const [expected, actual] = by
    ? [JSON.stringify([visitorId, user, by.at, by.seq]), JSON.stringify(stored)]
    : [JSON.stringify([visitorId, user]), JSON.stringify(stored?.slice(0, 2))];
  return expected === actual ? [] : [{ where: `visitor ${visitorId} [visitor, known as, since, by]`, expected, actual: `${actual}` }];
}

/** Everything stored of some visitors (whom each is known as, its sessions, its events' sessions) against what they were judged to be. */
export async function compareVisitors(tx: Tx, siteId: number, judged: ReadonlyMap<number, JudgedVisitor>): Promise<Difference[]> {
  const ids = [...judged.keys()];
  const [sessions, visitors] = [await readSessions(tx, siteId, ids), await readVisitorRows(tx, ids)];
  return [...judged].flatMap(([id, visitor]) => [
    ...compareKnown(id, visitor.known, visitors.get(id)),
    ...compareSessions(id, visitor.sessions, sessions.get(id) ?? []),
    ...compareEvents(id, visitor.sessions),
  ]);
}
