import type { PoolClient } from "pg";
import { SESSION_IDLE_MS } from "../metrics/catalogue";
import type { StoredSession } from "./batch-deltas";
import type { LoggedEvent, Replay } from "./plan-visitor";

type StoredReplay = { session: StoredSession; events: LoggedEvent[] };

// A visitor's id says its site, too: by the site alone there would be another way to look.
const REPLAYS = `
  SELECT session_json(session) AS session, session_events_json(session) AS events
  FROM json_to_recordset($1::JSON) AS wanted (visitor bigint, at bigint)
  CROSS JOIN LATERAL (
    SELECT session FROM session WHERE session.visitor_id = wanted.visitor AND epoch_ms(session.ended_at) >= wanted.at OFFSET 0) AS found (session)`;

const UNSIGNED_SESSIONS = `
  SELECT session_json(session) AS session, session_events_json(session) AS events
  FROM unnest($1::BIGINT[]) AS visitor (id)
  CROSS JOIN LATERAL (
    SELECT session FROM session WHERE session.visitor_id = visitor.id AND session.user_id IS NULL OFFSET 0) AS found (session)`;

/** For each visitor, the sessions that end no more than 30 minutes before an instant, or later, with all of their events. */
export async function readReplays(tx: PoolClient, from: ReadonlyMap<number, number>): Promise<Map<number, Replay>> {
  if (from.size === 0) return new Map();
  const wanted = JSON.stringify([...from].map(([visitor, at]) => ({ visitor, at: at - SESSION_IDLE_MS })));
  const { rows } = await tx.query<StoredReplay>(REPLAYS, [wanted]);
  return groupByVisitor(rows);
}

/** The sessions of these visitors in which nobody signed in, with their events. */
export async function readUnsignedSessions(tx: PoolClient, visitorIds: readonly number[]): Promise<Map<number, Replay>> {
  if (visitorIds.length === 0) return new Map();
  const { rows } = await tx.query<StoredReplay>(UNSIGNED_SESSIONS, [visitorIds]);
  return groupByVisitor(rows);
}

function groupByVisitor(rows: StoredReplay[]): Map<number, Replay> {
  const replays = new Map<number, Replay>();
  for (const { session, events } of rows) {
    const replay = replays.get(session.visitorId) ?? { sessions: [], events: [] };
    replay.sessions.push(session);
    replay.events.push(...events);
    replays.set(session.visitorId, replay);
  }
  return replays;
}
