import type { PoolClient } from "pg";
import { type Activity, type HourKey, hourKey } from "./batch-deltas";

/** Of which person which days (numbers, inclusive) are wanted. */
export interface ActivitySpan {
  person: number;
  from: number;
  to: number;
}

interface Row extends Activity {
  person: number;
  day: number;
  hour: number;
}

const ACTIVITIES = `
  SELECT json_agg(json_build_object('person', p.person, 'day', p.day - DATE 'epoch', 'hour', p.hour, 'interactions', p.interactions,
    'si_interactions', p.si_interactions, 'logins', p.logins, 'registers', p.registers)) AS rows
  FROM json_to_recordset($2::JSON) AS span (person bigint, "from" integer, "to" integer)
  CROSS JOIN LATERAL (
    SELECT * FROM person_hour
    WHERE person_hour.site_id = $1::SMALLINT AND person_hour.person = span.person
      AND person_hour.day BETWEEN DATE 'epoch' + span."from" AND DATE 'epoch' + span."to" OFFSET 0) AS p`;

/** What these people did, hour by hour, in the days wanted. */
export async function readActivities(
  tx: PoolClient,
  siteId: number,
  spans: readonly ActivitySpan[],
): Promise<Map<number, Map<HourKey, Activity>>> {
  const activities = new Map<number, Map<HourKey, Activity>>();
  if (spans.length === 0) return activities;
  const { rows } = await tx.query<{ rows: Row[] | null }>({
    name: "activities",
    text: ACTIVITIES,
    values: [siteId, JSON.stringify(spans)],
  });
  for (const { person, day, hour, ...activity } of rows[0]?.rows ?? []) {
    const hours = activities.get(person) ?? new Map<HourKey, Activity>();
    hours.set(hourKey(day, hour), activity);
    activities.set(person, hours);
  }
  return activities;
}
