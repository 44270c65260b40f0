import type { Tx } from "../../db/client";
import type { RawEvent } from "./judge-visitor";

/** Events that are read at once; one JSON text of them stays far from the longest string that Node can hold. */
const EVENTS_AT_ONCE = 200_000;
const VISITORS_AT_ONCE = 500;

export interface VisitorOfSpan {
  id: number;
  /** How many events it has in the span; without one: in all. */
  events: number;
}

/** Every visitor with an event or a stored session in a span of instants, with how many events. */
export async function readVisitors(tx: Tx, siteId: number, { from, to }: { from: Date | null; to: Date | null }): Promise<VisitorOfSpan[]> {
  const rows = await tx.$queryRaw<{ id: bigint; events: bigint }[]>`
    SELECT id, sum(events)::bigint AS events FROM (
      SELECT visitor_id AS id, count(*) AS events FROM event
      WHERE site_id = ${siteId}::smallint AND (${from}::timestamptz IS NULL OR at >= ${from}::timestamptz) AND (${to}::timestamptz IS NULL OR at < ${to}::timestamptz)
      GROUP BY visitor_id
      UNION ALL
      SELECT visitor_id, 0 FROM session
      WHERE site_id = ${siteId}::smallint AND (${from}::timestamptz IS NULL OR started_at >= ${from}::timestamptz) AND (${to}::timestamptz IS NULL OR started_at < ${to}::timestamptz)
      GROUP BY visitor_id) AS seen
    GROUP BY id ORDER BY id`;
  return rows.map(({ id, events }) => ({ id: Number(id), events: Number(events) }));
}

/** The visitors in groups that are small in visitors and in events. */
export function groupVisitors(visitors: readonly VisitorOfSpan[]): number[][] {
  const groups: number[][] = [];
  let group: number[] = [];
  let events = 0;
  for (const visitor of visitors) {
    if (group.length === VISITORS_AT_ONCE || (group.length > 0 && events + visitor.events > EVENTS_AT_ONCE)) {
      groups.push(group);
      group = [];
      events = 0;
    }
    group.push(visitor.id);
    events += visitor.events;
  }
  if (group.length > 0) groups.push(group);
  return groups;
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
  session: number | null,
];

/** The whole histories of some visitors, in no order. */
export async function readHistories(tx: Tx, siteId: number, visitorIds: number[]): Promise<Map<number, RawEvent[]>> {
  const histories = new Map<number, RawEvent[]>();
  let last = Number.MIN_SAFE_INTEGER;
  for (let read = EVENTS_AT_ONCE; read === EVENTS_AT_ONCE; ) {
    const rows = await tx.$queryRaw<{ events: EventTuple[] | null }[]>`
      SELECT json_agg(json_build_array(e.visitor_id, epoch_ms(e.at), e.seq, e.kind, e.method, e.outcome, route.pattern, e.user_id, e.session_id)) AS events
      FROM (
        SELECT visitor_id, at, seq, kind, method, outcome, route_id, user_id, session_id FROM event
        WHERE site_id = ${siteId}::smallint AND visitor_id = ANY (${visitorIds}::bigint[]) AND seq > ${last}
        ORDER BY seq LIMIT ${EVENTS_AT_ONCE}) AS e
      JOIN route ON route.id = e.route_id`;
    const events = rows[0]?.events ?? [];
    for (const [visitor, at, seq, kind, method, outcome, route, user, session] of events) {
      const history = histories.get(visitor) ?? [];
      history.push({ at, seq, kind, method, outcome, route, user, session });
      histories.set(visitor, history);
      if (seq > last) last = seq;
    }
    read = events.length;
  }
  return histories;
}
