import type { Tx } from "../db/client";
import { plainArray, textArray } from "./array-literal";
import { type BatchDeltas, dayOfKey, hourOfKey, type StoredSession } from "./batch-deltas";
import type { DistinctDeltas } from "./distinct-deltas";
import type { PersonHour } from "./move-people";
import type { VisitorPlan } from "./plan-visitor";
import { rollupRows, routeRows } from "./rollup-rows";

/** An event row, as the table has it; times are UTC milliseconds. */
export interface EventRow {
  at: number;
  seq: number;
  visitorId: number;
  sessionId: number;
  userId: number | null;
  id: string;
  kind: string;
  outcome: string;
  routeId: number;
  clientId: number | null;
  referralId: number | null;
  durationMs: number | null;
  timeSpentSec: number | null;
  status: number | null;
  method: string;
  path: string | null;
  title: string | null;
  address: string | null;
  country: string | null;
}

export interface BatchWrite {
  events: EventRow[];
  plans: VisitorPlan[];
  deltas: BatchDeltas;
  distinct: DistinctDeltas;
  /** The hours of people that the batch touched. */
  activities: PersonHour[];
}

/** Parameters of the SQL function write_batch, in its order. */
const SIGNATURE = [
  "smallint",
  ...[
    "bigint[]",
    "bigint[]",
    "bigint[]",
    "bigint[]",
    "bigint[]",
    "uuid[]",
    "event_kind[]",
    "outcome[]",
    "integer[]",
    "integer[]",
    "integer[]",
  ],
  ...["real[]", "real[]", "smallint[]", "text[]", "text[]", "text[]", "text[]", "text[]"],
  ...["boolean[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]"],
  ...["bigint[]", "integer[]", "integer[]", "integer[]", "boolean[]"],
  ...["boolean[]", "bigint[]", "integer[]", "smallint[]", "integer[]", "integer[]", "integer[]", "integer[]"],
  ...["bigint[]", "bigint[]", "bigint[]", "bigint[]"],
  ...["json", "json"],
];
const WRITE_BATCH = `/* prepared write_batch */ SELECT write_batch(${SIGNATURE.map((type, index) => `$${index + 1}::${type}`).join(", ")})::text`;

const eventColumns = (rows: readonly EventRow[]): string[] => [
  plainArray(rows, (row) => row.at),
  plainArray(rows, (row) => row.seq),
  plainArray(rows, (row) => row.visitorId),
  plainArray(rows, (row) => row.sessionId),
  plainArray(rows, (row) => row.userId),
  plainArray(rows, (row) => row.id),
  plainArray(rows, (row) => row.kind),
  plainArray(rows, (row) => row.outcome),
  plainArray(rows, (row) => row.routeId),
  plainArray(rows, (row) => row.clientId),
  plainArray(rows, (row) => row.referralId),
  plainArray(rows, (row) => row.durationMs),
  plainArray(rows, (row) => row.timeSpentSec),
  plainArray(rows, (row) => row.status),
  textArray(rows, (row) => row.method),
  textArray(rows, (row) => row.path),
  textArray(rows, (row) => row.title),
  textArray(rows, (row) => row.address),
  textArray(rows, (row) => row.country),
];

type SessionRow = { isNew: boolean; session: StoredSession };

function sessionColumns(plans: readonly VisitorPlan[]): string[] {
  const rows: SessionRow[] = [];
  for (const { replaced, sessions } of plans)
    for (const session of sessions) rows.push({ isNew: !replaced.some(({ id }) => id === session.id), session });
  return [
    plainArray(rows, ({ isNew }) => isNew),
    plainArray(rows, ({ session }) => session.id),
    plainArray(rows, ({ session }) => session.visitorId),
    plainArray(rows, ({ session }) => session.userId),
    plainArray(rows, ({ session }) => session.person),
    plainArray(rows, ({ session }) => session.startedAt),
    plainArray(rows, ({ session }) => session.endedAt),
    plainArray(rows, ({ session }) => session.lastSeq),
    plainArray(rows, ({ session }) => session.loginAt),
    plainArray(rows, ({ session }) => session.loginSeq),
    plainArray(rows, ({ session }) => session.convertedAt),
    plainArray(rows, ({ session }) => session.signedInConvertedAt),
    plainArray(rows, ({ session }) => session.interactions),
    plainArray(rows, ({ session }) => session.signedInInteractions),
    plainArray(rows, ({ session }) => session.views),
    plainArray(rows, ({ session }) => session.loggedOut),
  ];
}

const isStored = (hour: PersonHour): boolean => hour.before !== undefined && hour.before.interactions > 0;

function activityColumns(activities: readonly PersonHour[]): string[] {
  const rows = activities.filter(({ now }) => now.interactions > 0);
  return [
    plainArray(rows, (hour) => !isStored(hour)),
    plainArray(rows, ({ person }) => person),
    plainArray(rows, ({ key }) => dayOfKey(key)),
    plainArray(rows, ({ key }) => hourOfKey(key)),
    plainArray(rows, ({ now }) => now.interactions),
    plainArray(rows, ({ now }) => now.si_interactions),
    plainArray(rows, ({ now }) => now.logins),
    plainArray(rows, ({ now }) => now.registers),
  ];
}

function visitorColumns(plans: readonly VisitorPlan[]): string[] {
  const rows = plans.flatMap(({ visitor, known }) => (known && known.seq !== visitor.known?.seq ? [{ id: visitor.id, known }] : []));
  return [
    plainArray(rows, ({ id }) => id),
    plainArray(rows, ({ known }) => known.userId),
    plainArray(rows, ({ known }) => known.at),
    plainArray(rows, ({ known }) => known.seq),
  ];
}

/** Writes everything a batch changes and wakes the listeners: one statement, so that it is cheap, inside the caller's transaction. */
export async function writeBatch(tx: Tx, siteId: number, batch: BatchWrite): Promise<void> {
  const { plans, activities } = batch;
  await moveReplayed(tx, siteId, plans);
  const gone = activities.filter((hour) => hour.now.interactions === 0 && isStored(hour));
  if (gone.length > 0) await deleteActivities(tx, siteId, gone);
  await tx.$queryRawUnsafe(
    WRITE_BATCH,
    siteId,
    ...eventColumns(batch.events),
    ...sessionColumns(plans),
    ...activityColumns(activities),
    ...visitorColumns(plans),
    JSON.stringify(rollupRows(batch.deltas, batch.distinct)),
    JSON.stringify(routeRows(batch.deltas)),
  );
}

/** Where late events cut sessions anew: takes away those that are no more, and moves stored events to their new session. */
async function moveReplayed(tx: Tx, siteId: number, plans: readonly VisitorPlan[]): Promise<void> {
  const goneSessions: number[] = [];
  const moved: object[] = [];
  for (const { visitor, replayed, replaced, sessions, sessionOf } of plans) {
    for (const { id } of replaced) if (!sessions.some((session) => session.id === id)) goneSessions.push(id);
    for (const event of replayed) {
      const session = sessionOf.get(event.seq);
      if (session && session.id !== event.sessionId)
        moved.push({ seq: event.seq, at: event.at, visitor_id: visitor.id, session_id: session.id });
    }
  }
  if (goneSessions.length === 0 && moved.length === 0) return;
  await tx.$executeRaw`DELETE FROM session WHERE site_id = ${siteId}::smallint AND id = ANY (${goneSessions}::bigint[])`;
  await tx.$executeRaw`
    UPDATE event SET session_id = moved.session_id
    FROM json_to_recordset(${JSON.stringify(moved)}::json) AS moved (seq bigint, at bigint, visitor_id bigint, session_id bigint)
    WHERE event.site_id = ${siteId}::smallint AND event.visitor_id = moved.visitor_id AND event.at = from_epoch_ms(moved.at) AND event.seq = moved.seq`;
}

async function deleteActivities(tx: Tx, siteId: number, hours: readonly PersonHour[]): Promise<void> {
  const gone = hours.map(({ person, key }) => ({ person, day: dayOfKey(key), hour: hourOfKey(key) }));
  await tx.$executeRaw`
    DELETE FROM person_hour USING json_to_recordset(${JSON.stringify(gone)}::json) AS gone (person bigint, day integer, hour smallint)
    WHERE person_hour.site_id = ${siteId}::smallint AND person_hour.person = gone.person
      AND person_hour.day = DATE 'epoch' + gone.day AND person_hour.hour = gone.hour`;
}
