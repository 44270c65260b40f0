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
  const isRegendered = (person: number) => {
    const user = usersById.get(person);
    return user !== undefined && user.genderBefore !== user.genderAfter;
  };
  const spans: ActivitySpan[] = [];
  for (const [person, hours] of deltas.persons) if (!isRegendered(person)) spans.push(spanAround(person, hours));
  for (const person of usersById.keys()) if (isRegendered(person)) spans.push({ person, from: FIRST_DAY, to: LAST_DAY });
  const persons = await readPersons(
    tx,
    siteId,
    spans.filter((span) => !covers(memory?.persons.get(span.person), span)),
    fresh,
  );
  const activities: PersonHour[] = [];
  const changes: (Pick<PersonChange, "before" | "after" | "touched"> & { person: number })[] = [];
  for (const { person } of spans) {
    const known = persons.get(person) ?? memory?.persons.get(person);
    const before = known?.hours ?? new Map<HourKey, Activity>();
    const hours = (deltas.persons.get(person) ?? []).map((delta): PersonHour => {
      const was = before.get(delta.key);
      return { person, key: delta.key, before: was, now: plus(was, delta) };
    });
    for (const hour of hours) activities.push(hour);
    if (hours.every(countsAlike) && !isRegendered(person)) continue;
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

/** Whether the hour is for every distinct count what it was: most of a batch only goes on with what people began. */
const countsAlike = ({ before, now }: PersonHour): boolean =>
  before !== undefined &&
  before.interactions > 0 === now.interactions > 0 &&
  before.si_interactions > 0 === now.si_interactions > 0 &&
  before.logins === now.logins &&
  before.registers === now.registers;

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
