import type { Gender } from "../capture/event";
import { type Activity, dayOfKey, type HourKey } from "./batch-deltas";
import type { RollupSums } from "./rollup-columns";

/** How many days a sliding week looks back, itself included. */
export const WEEK_DAYS = 7;

/** A person as it was before a batch and as it is after it: hours of activity around everything the batch touched. */
export interface PersonChange {
  before: ReadonlyMap<HourKey, Activity>;
  after: ReadonlyMap<HourKey, Activity>;
  genderBefore: Gender;
  genderAfter: Gender;
  /** The hours in which `after` differs from `before`; with a changed gender, every hour. */
  touched: readonly HourKey[];
}

/** By how much distinct counts move, for hours (by hour key), days and the weeks that end with a day (by day number). */
export interface DistinctDeltas {
  hours: Map<number, RollupSums>;
  days: Map<number, RollupSums>;
  weeks: Map<number, RollupSums>;
}

/** Moves the distinct counts of every hour, day and week that a person's change touches by *after − before*. */
export function addPersonChange(deltas: DistinctDeltas, change: PersonChange): void {
  const daysBefore = sumByDay(change.before);
  const daysAfter = sumByDay(change.after);
  const touchedDays = new Set(change.touched.map(dayOfKey));
  const touchedWeeks = new Set<number>();
  for (const day of touchedDays) for (let end = day; end < day + WEEK_DAYS; end++) touchedWeeks.add(end);

  for (const hour of change.touched) move(sumsOf(deltas.hours, hour), change, change.before.get(hour), change.after.get(hour));
  for (const day of touchedDays) move(sumsOf(deltas.days, day), change, daysBefore.get(day), daysAfter.get(day));
  for (const end of touchedWeeks) move(sumsOf(deltas.weeks, end), change, sumOfWeek(daysBefore, end), sumOfWeek(daysAfter, end));
}

function move(sums: RollupSums, change: PersonChange, before: Activity | undefined, after: Activity | undefined): void {
  if (before) count(sums, -1, before, change.genderBefore);
  if (after) count(sums, 1, after, change.genderAfter);
}

const COLUMNS = {
  m: { users: "users_m", signedIn: "si_users_m" },
  f: { users: "users_f", signedIn: "si_users_f" },
  unknown: { users: "users_unknown", signedIn: "si_users_unknown" },
} as const;

/** What one person counts for in one bucket. */
function count(sums: RollupSums, sign: 1 | -1, activity: Activity, gender: Gender): void {
  const { users, signedIn } = COLUMNS[gender];
  if (activity.interactions > 0) sums[users] = (sums[users] ?? 0) + sign;
  if (activity.si_interactions > 0) sums[signedIn] = (sums[signedIn] ?? 0) + sign;
  if (activity.registers > 0) sums.new_users = (sums.new_users ?? 0) + sign;
  if (activity.logins >= 2) sums.repeat_users = (sums.repeat_users ?? 0) + sign;
}

function sumsOf(sums: Map<number, RollupSums>, key: number): RollupSums {
  let found = sums.get(key);
  if (!found) {
    found = {};
    sums.set(key, found);
  }
  return found;
}

function sumByDay(hours: ReadonlyMap<HourKey, Activity>): Map<number, Activity> {
  const days = new Map<number, Activity>();
  for (const [key, activity] of hours) days.set(dayOfKey(key), plus(days.get(dayOfKey(key)), activity));
  return days;
}

function sumOfWeek(days: ReadonlyMap<number, Activity>, end: number): Activity | undefined {
  let sum: Activity | undefined;
  for (let day = end - WEEK_DAYS + 1; day <= end; day++) {
    const activity = days.get(day);
    if (activity) sum = plus(sum, activity);
  }
  return sum;
}

const NOTHING: Activity = { interactions: 0, si_interactions: 0, logins: 0, registers: 0 };

/** The sum of two activities, of which the first may be nothing. */
export function plus(a: Activity | undefined, b: Activity): Activity {
  const { interactions, si_interactions, logins, registers } = a ?? NOTHING;
  return {
    interactions: interactions + b.interactions,
    si_interactions: si_interactions + b.si_interactions,
    logins: logins + b.logins,
    registers: registers + b.registers,
  };
}
