import type { Tx } from "../db/client";
import { type Activity, type BatchDeltas, dayOfKey, type HourKey, hourOfKey, type StoredSession } from "./batch-deltas";
import type { DistinctDeltas } from "./distinct-deltas";
import { type VisitorPlan, visitorAfter } from "./plan-visitor";
import { ROLLUP_COLUMNS, type RollupSums } from "./rollup-columns";

/** An event row, as the statement below takes it. */
export interface EventRow {
  at: number;
  seq: number;
  visitor_id: number;
  session_id: number;
  user_id: number | null;
  id: string;
  kind: string;
  outcome: string;
  route_id: number;
  client_id: number | null;
  referral_id: number | null;
  duration_ms: number | null;
  time_spent_sec: number | null;
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
  /** What people did in the hours that the batch touched, as it is now. */
  activities: Map<number, Map<HourKey, Activity>>;
}

const isMoved = (sums: object): boolean => Object.values(sums).some((value) => value !== 0);

/** Rollup rows to add, hours first, then days (sums of their hours), then weeks; sorted, so that their order is always the same. */
function rollupRows({ deltas, distinct }: BatchWrite): object[] {
  const rows = new Map<string, { grain: string; day: number; hour: number; sums: RollupSums }>();
  const add = (grain: "hour" | "day" | "week", day: number, hour: number, sums: RollupSums) => {
    const key = `${grain} ${day} ${hour}`;
    const row = rows.get(key) ?? { grain, day, hour, sums: {} };
    for (const column of ROLLUP_COLUMNS) if (sums[column]) row.sums[column] = (row.sums[column] ?? 0) + sums[column];
    rows.set(key, row);
  };
  for (const [key, sums] of deltas.hours) {
    add("hour", dayOfKey(key), hourOfKey(key), sums);
    add("day", dayOfKey(key), 0, sums);
  }
  for (const [key, sums] of distinct.hours) add("hour", dayOfKey(key), hourOfKey(key), sums);
  for (const [day, sums] of distinct.days) add("day", day, 0, sums);
  for (const [day, sums] of distinct.weeks) add("week", day, 0, sums);
  return [...rows.values()].filter(({ sums }) => isMoved(sums)).map(({ sums, ...key }) => ({ ...key, ...sums }));
}

function routeRows({ deltas }: BatchWrite): object[] {
  const rows = new Map<string, { grain: string; day: number; hour: number; route_id: number; views: number; si_views: number }>();
  for (const [key, routes] of deltas.routes) {
    for (const [routeId, views] of routes) {
      const day = dayOfKey(key);
      for (const [grain, hour] of [
        ["hour", hourOfKey(key)],
        ["day", 0],
      ] as const) {
        const rowKey = `${grain} ${day} ${hour} ${routeId}`;
        const row = rows.get(rowKey) ?? { grain, day, hour, route_id: routeId, views: 0, si_views: 0 };
        row.views += views.views;
        row.si_views += views.si_views;
        rows.set(rowKey, row);
      }
    }
  }
  return [...rows.values()].filter((row) => row.views !== 0 || row.si_views !== 0);
}

const sessionRow = (session: StoredSession) => ({
  id: session.id,
  visitor_id: session.visitorId,
  user_id: session.userId,
  person: session.person,
  started_at: session.startedAt,
  ended_at: session.endedAt,
  last_seq: session.lastSeq,
  login_at: session.loginAt,
  login_seq: session.loginSeq,
  converted_at: session.convertedAt,
  signed_in_converted_at: session.signedInConvertedAt,
  interactions: session.interactions,
  signed_in_interactions: session.signedInInteractions,
  views: session.views,
  logged_out: session.loggedOut,
});

/** A visitor that its plan leaves otherwise than it was. */
function visitorRow(plan: VisitorPlan): object[] {
  const { id, known, last } = visitorAfter(plan);
  if (last?.id === plan.visitor.last?.id && known?.seq === plan.visitor.known?.seq) return [];
  return [
    {
      id,
      known_user_id: known?.userId ?? null,
      known_at: known?.at ?? null,
      known_seq: known?.seq ?? null,
      last_session_id: last?.id ?? null,
    },
  ];
}

function activityRows(activities: BatchWrite["activities"]): { kept: object[]; gone: object[] } {
  const kept: object[] = [];
  const gone: object[] = [];
  for (const [person, hours] of activities) {
    for (const [key, activity] of hours) {
      (isMoved(activity) ? kept : gone).push({ person, day: dayOfKey(key), hour: hourOfKey(key), ...activity });
    }
  }
  return { kept, gone };
}

/** Writes everything a batch changes and wakes the listeners: one statement, so that it is cheap, inside the caller's transaction. */
export async function writeBatch(tx: Tx, siteId: number, batch: BatchWrite): Promise<void> {
  const kept = new Set(batch.plans.flatMap((plan) => plan.sessions.map((session) => session.id)));
  const goneSessions = batch.plans.flatMap((plan) => plan.replaced.map((session) => session.id).filter((id) => !kept.has(id)));
  const moved = batch.plans.flatMap((plan) =>
    plan.replayed.flatMap((event) => {
      const session = plan.sessionOf.get(event.seq);
      return session && session.id !== event.sessionId
        ? [{ seq: event.seq, at: event.at, visitor_id: plan.visitor.id, session_id: session.id }]
        : [];
    }),
  );
  if (moved.length > 0 || goneSessions.length > 0) await moveEvents(tx, siteId, goneSessions, moved);
  const activities = activityRows(batch.activities);
  if (activities.gone.length > 0) await deleteActivities(tx, siteId, activities.gone);
  const sessions = batch.plans.flatMap((plan) => plan.sessions.map(sessionRow));
  const json = JSON.stringify;
  await tx.$queryRaw`SELECT write_batch(${siteId}::smallint, ${json(batch.events)}::json, ${json(sessions)}::json, ${json(batch.plans.flatMap(visitorRow))}::json,
    ${json(activities.kept)}::json, ${json(rollupRows(batch))}::json, ${json(routeRows(batch))}::json)::text`;
}

async function moveEvents(tx: Tx, siteId: number, goneSessions: number[], moved: object[]): Promise<void> {
  await tx.$executeRaw`DELETE FROM session WHERE site_id = ${siteId}::smallint AND id = ANY (${goneSessions}::bigint[])`;
  await tx.$executeRaw`
    UPDATE event SET session_id = moved.session_id
    FROM json_to_recordset(${JSON.stringify(moved)}::json) AS moved (seq bigint, at bigint, visitor_id bigint, session_id bigint)
    WHERE event.site_id = ${siteId}::smallint AND event.visitor_id = moved.visitor_id AND event.at = from_epoch_ms(moved.at) AND event.seq = moved.seq`;
}

async function deleteActivities(tx: Tx, siteId: number, gone: object[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM person_hour USING json_to_recordset(${JSON.stringify(gone)}::json) AS gone (person bigint, day integer, hour smallint)
    WHERE person_hour.site_id = ${siteId}::smallint AND person_hour.person = gone.person
      AND person_hour.day = DATE 'epoch' + gone.day AND person_hour.hour = gone.hour`;
}
