import type { PoolClient } from "pg";
import type { Gender } from "../capture/event";

import { type Activity, type BatchDeltas, dayOfKey, type HourActivity, type HourKey } from "./batch-deltas";
import { addPersonChange, type DistinctDeltas, type PersonChange, plus, WEEK_DAYS } from "./distinct-deltas";
import { type ActivitySpan, readActivities } from "./read-activities";
import type { BatchState } from "./read-batch-state";
import type { PersonDays } from "./site-memory";

/** All of time, as day numbers that PostgreSQL's dates can hold. */
const FIRST_DAY = -2_000_000;
const LAST_DAY = 2_000_000;

/** An hour of a person, before a batch and after it. */
export interface PersonHour {
  person: number;
  key: HourKey;
  before: Activity | undefined;
  now: Activity;
}

/** How a batch moves its people. */
export interface MovedPeople {
  distinct: DistinctDeltas;
  /** The hours that the batch touched. */
  activities: PersonHour[];
  /** Whoever was not remembered, as they were before the batch. */
  persons: Map<number, PersonDays>;
  /** Genders that were read or changed, by user id. */
  genders: Map<number, Gender>;
}

/**
 * Reads what the people of a batch did around the days it touches, and from that how every distinct count moves. Of those in `memory`, which is how
 * the batch before left them, and of visitors who are new, nothing needs to be read.
 */
export async function movePeople(
  tx: PoolClient,
  siteId: number,
  deltas: BatchDeltas,
  { users, fresh }: Pick<BatchState, "users" | "fresh">,
  memory: { persons: ReadonlyMap<number, PersonDays>; genders: ReadonlyMap<number, Gender> } | null,
): Promise<MovedPeople> {
  const usersById = new Map([...users.values()].map((user) => [user.id, user]));
  const regendered = new Set<number>();
  for (const user of usersById.values()) if (user.genderBefore !== user.genderAfter) regendered.add(user.id);
  const isRegendered = (person: number) => regendered.size > 0 && regendered.has(person);
  const touched = [...deltas.persons.keys()];
  for (const person of usersById.keys()) if (isRegendered(person) && !deltas.persons.has(person)) touched.push(person);
  const unknown: ActivitySpan[] = [];
  for (const person of touched) {
    const span = isRegendered(person) ? { person, from: FIRST_DAY, to: LAST_DAY } : spanAround(person, deltas.persons.get(person) ?? []);
    if (!covers(memory?.persons.get(person), span)) unknown.push(span);
  }
  const persons = await readPersons(tx, siteId, unknown, fresh);
  const activities: PersonHour[] = [];
  const changes: (Pick<PersonChange, "before" | "after" | "touched"> & { person: number })[] = [];
  for (const person of touched) {
    const before = (persons.get(person) ?? memory?.persons.get(person))?.hours ?? NO_HOURS;
    const first = activities.length;
    for (const delta of deltas.persons.get(person) ?? []) {
      const was = before.get(delta.key);
      activities.push({ person, key: delta.key, before: was, now: plus(was, delta) });
    }
    if (!isRegendered(person) && countAlike(activities, first)) continue;
    const hours = activities.slice(first);
    const after = new Map(before);
    for (const { key, now } of hours) after.set(key, now);
    changes.push({ person, before, after, touched: isRegendered(person) ? [...after.keys()] : hours.map(({ key }) => key) });
  }
  const isUnknown = (person: number) => person > 0 && !usersById.has(person) && !memory?.genders.has(person);
  const genders = await readGenders(tx, changes.map(({ person }) => person).filter(isUnknown));
  const distinct: DistinctDeltas = { hours: new Map(), days: new Map(), weeks: new Map() };
  for (const { person, ...change } of changes) {
    const user = usersById.get(person);
    const gender = genders.get(person) ?? memory?.genders.get(person) ?? "unknown";
    addPersonChange(distinct, { ...change, genderBefore: user?.genderBefore ?? gender, genderAfter: user?.genderAfter ?? gender });
  }
  for (const { id, genderAfter } of users.values()) genders.set(id, genderAfter);
  return { distinct, activities, persons, genders };
}

/** What these people did around the days wanted; of a visitor that this batch is the first of, nothing. */
async function readPersons(
  tx: PoolClient,
  siteId: number,
  spans: readonly ActivitySpan[],
  fresh: ReadonlySet<number>,
): Promise<Map<number, PersonDays>> {
  const read = await readActivities(
    tx,
    siteId,
    spans.filter(({ person }) => !fresh.has(-person)),
  );
  return new Map(spans.map((span) => [span.person, { ...span, hours: read.get(span.person) ?? new Map<HourKey, Activity>() }]));
}

/** Whether these hours, from one on, are for every distinct count what they were: most of a batch only goes on with what people began. */
function countAlike(hours: readonly PersonHour[], from: number): boolean {
  for (let index = from; index < hours.length; index += 1) {
    const { before, now } = hours[index] as PersonHour;
    if (before === undefined || before.interactions > 0 !== now.interactions > 0) return false;
    if (before.si_interactions > 0 !== now.si_interactions > 0) return false;
    if (before.logins !== now.logins || before.registers !== now.registers) return false;
  }
  return true;
}

const NO_HOURS: ReadonlyMap<HourKey, Activity> = new Map();

const covers = (days: PersonDays | undefined, { from, to }: ActivitySpan): boolean =>
  days !== undefined && days.from <= from && days.to >= to;

function spanAround(person: number, hours: readonly HourActivity[]): ActivitySpan {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { key } of hours) {
    from = Math.min(from, dayOfKey(key));
    to = Math.max(to, dayOfKey(key));
  }
  return { person, from: from - WEEK_DAYS + 1, to: to + WEEK_DAYS - 1 };
}

async function readGenders(tx: PoolClient, userIds: readonly number[]): Promise<Map<number, Gender>> {
  if (userIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; gender: Gender }>("SELECT id, gender FROM known_user WHERE id = ANY ($1::BIGINT[])", [
    userIds,
  ]);
  return new Map(rows.map(({ id, gender }) => [Number(id), gender]));
}
