import type { Gender } from "../capture/event";
import type { Tx } from "../db/client";
import { type Activity, type BatchDeltas, dayOfKey, type HourKey } from "./batch-deltas";
import { addPersonChange, type DistinctDeltas, plus, WEEK_DAYS } from "./distinct-deltas";
import { type ActivitySpan, readActivities } from "./read-activities";
import type { UserState } from "./read-batch-state";
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
}

/**
 * Reads what the people of a batch did around the days it touches, and from that how every distinct count moves. Of those in `remembered`, which is
 * how the batch before left them, nothing needs to be read.
 */
export async function movePeople(
  tx: Tx,
  siteId: number,
  deltas: BatchDeltas,
  users: ReadonlyMap<string, UserState>,
  remembered: ReadonlyMap<number, PersonDays> | undefined,
): Promise<MovedPeople> {
  const regendered = new Map([...users.values()].filter((user) => user.genderBefore !== user.genderAfter).map((user) => [user.id, user]));
  const genders = new Map([...users.values()].map((user) => [user.id, user]));
  const spans: ActivitySpan[] = [];
  for (const person of new Set([...deltas.persons.keys(), ...regendered.keys()])) {
    if (regendered.has(person)) spans.push({ person, from: FIRST_DAY, to: LAST_DAY });
    else spans.push(spanAround(person, deltas.persons.get(person) as Map<HourKey, Activity>));
  }
  const known = (span: ActivitySpan) => covering(remembered?.get(span.person), span);
  const read = await readActivities(
    tx,
    siteId,
    spans.filter((span) => !known(span)),
  );
  const unknownGenders = await readGenders(
    tx,
    [...deltas.persons.keys()].filter((person) => person > 0 && !genders.has(person)),
  );
  const distinct: DistinctDeltas = { hours: new Map(), days: new Map(), weeks: new Map() };
  const activities: PersonHour[] = [];
  const persons = new Map<number, PersonDays>();
  for (const span of spans) {
    const { person } = span;
    let whole = known(span);
    if (!whole) {
      whole = { ...span, hours: read.get(person) ?? new Map<HourKey, Activity>() };
      persons.set(person, whole);
    }
    const was = whole.hours;
    const hours = [...(deltas.persons.get(person) ?? [])].map(([key, delta]): PersonHour => {
      const before = was.get(key);
      return { person, key, before, now: plus(before, delta) };
    });
    activities.push(...hours);
    if (hours.every(countsAlike) && !regendered.has(person)) continue;
    const after = new Map(was);
    for (const { key, now } of hours) after.set(key, now);
    const user = genders.get(person);
    const gender = unknownGenders.get(person) ?? "unknown";
    addPersonChange(distinct, {
      before: was,
      after,
      genderBefore: user?.genderBefore ?? gender,
      genderAfter: user?.genderAfter ?? gender,
      touched: regendered.has(person) ? [...after.keys()] : hours.map(({ key }) => key),
    });
  }
  return { distinct, activities, persons };
}

/** Whether the hour is for every distinct count what it was: most of a batch only goes on with what people began. */
const countsAlike = ({ before, now }: PersonHour): boolean =>
  before !== undefined &&
  before.interactions > 0 === now.interactions > 0 &&
  before.si_interactions > 0 === now.si_interactions > 0 &&
  before.logins === now.logins &&
  before.registers === now.registers;

const covering = (days: PersonDays | undefined, { from, to }: ActivitySpan): PersonDays | undefined =>
  days && days.from <= from && days.to >= to ? days : undefined;

function spanAround(person: number, hours: ReadonlyMap<HourKey, Activity>): ActivitySpan {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const key of hours.keys()) {
    from = Math.min(from, dayOfKey(key));
    to = Math.max(to, dayOfKey(key));
  }
  return { person, from: from - WEEK_DAYS + 1, to: to + WEEK_DAYS - 1 };
}

async function readGenders(tx: Tx, userIds: readonly number[]): Promise<Map<number, Gender>> {
  if (userIds.length === 0) return new Map();
  const users = await tx.knownUser.findMany({ where: { id: { in: [...userIds] } }, select: { id: true, gender: true } });
  return new Map(users.map(({ id, gender }) => [Number(id), gender]));
}
