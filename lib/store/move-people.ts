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

/** How a batch moves its people. */
export interface MovedPeople {
  distinct: DistinctDeltas;
  /** The hours that the batch touched, as they are now. */
  activities: Map<number, Map<HourKey, Activity>>;
  /** Everything that was looked at, as it is now. */
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
  const activities = new Map<number, Map<HourKey, Activity>>();
  const persons = new Map<number, PersonDays>();
  for (const span of spans) {
    const { person } = span;
    const whole = known(span) ?? { ...span, hours: read.get(person) ?? new Map<HourKey, Activity>() };
    const was = whole.hours;
    const now = new Map(was);
    const changed = new Map<HourKey, Activity>();
    for (const [key, delta] of deltas.persons.get(person) ?? []) {
      const activity = plus(was.get(key), delta);
      now.set(key, activity);
      changed.set(key, activity);
    }
    const user = genders.get(person);
    const gender = unknownGenders.get(person) ?? "unknown";
    addPersonChange(distinct, {
      before: was,
      after: now,
      genderBefore: user?.genderBefore ?? gender,
      genderAfter: user?.genderAfter ?? gender,
      touched: regendered.has(person) ? [...now.keys()] : [...changed.keys()],
    });
    activities.set(person, changed);
    persons.set(person, { from: whole.from, to: whole.to, hours: now });
  }
  return { distinct, activities, persons };
}

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
