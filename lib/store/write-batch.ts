import type { PoolClient } from "pg";
import { type BatchDeltas, dayOfKey, hourOfKey, type StoredSession } from "./batch-deltas";
import { arrayOf, type Column, column } from "./columns";
import type { DistinctDeltas } from "./distinct-deltas";
import type { PersonHour } from "./move-people";
import { findSession, type VisitorPlan } from "./plan-visitor";
import { rollupRows, routeRows } from "./rollup-rows";

export interface BatchWrite {
  plans: VisitorPlan[];
  deltas: BatchDeltas;
  distinct: DistinctDeltas;
  /** The hours of people that the batch touched. */
  activities: PersonHour[];
}

const CHANGED_SESSION = [
  column("bigint", (session: StoredSession) => session.userId),
  column("bigint", (session: StoredSession) => session.person),
  column("timestamptz", (session: StoredSession) => session.endedAt),
  column("bigint", (session: StoredSession) => session.lastSeq),
  column("timestamptz", (session: StoredSession) => session.loginAt),
  column("bigint", (session: StoredSession) => session.loginSeq),
  column("timestamptz", (session: StoredSession) => session.convertedAt),
  column("timestamptz", (session: StoredSession) => session.signedInConvertedAt),
  column("integer", (session: StoredSession) => session.interactions),
  column("integer", (session: StoredSession) => session.signedInInteractions),
  column("integer", (session: StoredSession) => session.views),
  column("boolean", (session: StoredSession) => session.loggedOut),
];
const SESSION_ID = column("bigint", (session: StoredSession) => session.id);
const NEW_SESSION = [
  SESSION_ID,
  column("bigint", (session: StoredSession) => session.visitorId),
  column("timestamptz", (session: StoredSession) => session.startedAt),
  ...CHANGED_SESSION,
];
const SESSION = [SESSION_ID, ...CHANGED_SESSION];

const HOUR = [
  column("bigint", ({ person }: PersonHour) => person),
  column("date", ({ key }: PersonHour) => dayOfKey(key)),
  column("smallint", ({ key }: PersonHour) => hourOfKey(key)),
  column("integer", ({ now }: PersonHour) => now.interactions),
  column("integer", ({ now }: PersonHour) => now.si_interactions),
  column("integer", ({ now }: PersonHour) => now.logins),
  column("integer", ({ now }: PersonHour) => now.registers),
];

type KnownVisitor = { id: number; known: NonNullable<VisitorPlan["known"]> };
const KNOWN_VISITOR = [
  column("bigint", ({ id }: KnownVisitor) => id),
  column("bigint", ({ known }: KnownVisitor) => known.userId),
  column("timestamptz", ({ known }: KnownVisitor) => known.at),
  column("bigint", ({ known }: KnownVisitor) => known.seq),
];

/** What the SQL function write_batch takes after the site: the columns of these rows, and then the sums. */
const TYPES = [NEW_SESSION, SESSION, HOUR, HOUR, KNOWN_VISITOR].flatMap((columns) => columns.map(({ type }) => `${type}[]`));
const PARAMETERS = ["smallint", ...TYPES, "json", "json"].map((type, index) => `$${index + 1}::${type}`);
const WRITE_BATCH = `SELECT write_batch(${PARAMETERS.join(", ")})`;

const arraysOf = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Buffer[] => columns.map((each) => arrayOf(rows, each));

/** Writes everything a batch changes besides its events, and wakes the listeners: one statement, so that it is cheap, inside the caller's transaction. */
export async function writeBatch(tx: PoolClient, siteId: number, { plans, deltas, distinct, activities }: BatchWrite): Promise<void> {
  const sessions = sortSessions(plans);
  const hours = sortHours(activities);
  const visitors = plans.flatMap(({ visitor, known }) => (known && known.seq !== visitor.known?.seq ? [{ id: visitor.id, known }] : []));
  await moveReplayed(tx, siteId, plans);
  if (hours.gone.length > 0) await deleteHours(tx, siteId, hours.gone);
  const values = [
    siteId,
    ...arraysOf(sessions.fresh, NEW_SESSION),
    ...arraysOf(sessions.changed, SESSION),
    ...arraysOf(hours.fresh, HOUR),
    ...arraysOf(hours.changed, HOUR),
    ...arraysOf(visitors, KNOWN_VISITOR),
    JSON.stringify(rollupRows(deltas, distinct)),
    JSON.stringify(routeRows(deltas)),
  ];
  await tx.query({ name: "write_batch", text: WRITE_BATCH, values });
}

/** Sessions that are new, and those that are stored and now different. */
function sortSessions(plans: readonly VisitorPlan[]): { fresh: StoredSession[]; changed: StoredSession[] } {
  const [fresh, changed]: [StoredSession[], StoredSession[]] = [[], []];
  for (const { replaced, sessions } of plans)
    for (const session of sessions) (findSession(replaced, session.id) ? changed : fresh).push(session);
  return { fresh, changed };
}

function sortHours(activities: readonly PersonHour[]): { fresh: PersonHour[]; changed: PersonHour[]; gone: PersonHour[] } {
  const [fresh, changed, gone]: [PersonHour[], PersonHour[], PersonHour[]] = [[], [], []];
  for (const hour of activities) {
    const isStored = hour.before !== undefined && hour.before.interactions > 0;
    if (hour.now.interactions > 0) (isStored ? changed : fresh).push(hour);
    else if (isStored) gone.push(hour);
  }
  return { fresh, changed, gone };
}

const DELETE_SESSIONS = "DELETE FROM session WHERE site_id = $1::SMALLINT AND id = ANY ($2::BIGINT[])";

const MOVE_EVENTS = `
  UPDATE event SET session_id = moved.session_id
  FROM json_to_recordset($1::JSON) AS moved (seq bigint, at bigint, visitor_id bigint, session_id bigint)
  WHERE event.visitor_id = moved.visitor_id AND event.at = from_epoch_ms(moved.at) AND event.seq = moved.seq`;

/** Where late events cut sessions anew: takes away those that are no more, and moves stored events to their new session. */
async function moveReplayed(tx: PoolClient, siteId: number, plans: readonly VisitorPlan[]): Promise<void> {
  const goneSessions: number[] = [];
  const moved: object[] = [];
  for (const { visitor, replayed, replaced, sessions, sessionsOfReplayed } of plans) {
    for (const { id } of replaced) if (!findSession(sessions, id)) goneSessions.push(id);
    replayed.forEach((event, index) => {
      const session = sessionsOfReplayed[index] as StoredSession;
      if (session.id !== event.sessionId) moved.push({ seq: event.seq, at: event.at, visitor_id: visitor.id, session_id: session.id });
    });
  }
  if (goneSessions.length > 0) await tx.query(DELETE_SESSIONS, [siteId, goneSessions]);
  if (moved.length > 0) await tx.query(MOVE_EVENTS, [JSON.stringify(moved)]);
}

const DELETE_HOURS = `
  DELETE FROM person_hour
  USING (
    SELECT $1::SMALLINT AS site_id, * FROM json_to_recordset($2::JSON) AS hour (person bigint, day integer, hour smallint) OFFSET 0) AS gone
  WHERE person_hour.site_id = gone.site_id AND person_hour.person = gone.person
    AND person_hour.day = DATE 'epoch' + gone.day AND person_hour.hour = gone.hour`;

async function deleteHours(tx: PoolClient, siteId: number, hours: readonly PersonHour[]): Promise<void> {
  const gone = hours.map(({ person, key }) => ({ person, day: dayOfKey(key), hour: hourOfKey(key) }));
  await tx.query(DELETE_HOURS, [siteId, JSON.stringify(gone)]);
}
