import type { NewEvent } from "../../capture/event";
import { createPeople } from "./people";
import { createRandom } from "./random";
import { busyHours } from "./rhythm";
import { Visit } from "./visit";

export interface HistoryPlan {
  /** How many events there will be, exactly. */
  events: number;
  /** Over how many days, the last of them that of `now`. */
  days: number;
  /** Nothing happens after it. */
  now: Date;
  /** The same seed and plan give the same history. */
  seed: number;
  /** IANA zone by whose days and nights people live. */
  timezone: string;
}

const BATCH = 5_000;

/** Invents a history of people on the demo site, in order of time, a batch at a time. Nobody in it exists. */
export function* inventHistory({ events, days, now, seed, timezone }: HistoryPlan): Generator<NewEvent[]> {
  const random = createRandom(seed);
  const people = createPeople(seed, random);
  const hours = busyHours(timezone, days, now.getTime(), random);
  let waiting: NewEvent[] = [];
  let batch: NewEvent[] = [];
  let done = 0;
  let due = 0;
  for (const [index, hour] of hours.entries()) {
    due += hour.share * events;
    const isLast = index === hours.length - 1;
    const target = isLast ? events : Math.min(events, Math.round(due));
    let ready = waiting.filter((event) => event.at.getTime() < hour.to);
    waiting = waiting.filter((event) => event.at.getTime() >= hour.to);
    while (done + ready.length < target) {
      const visit: NewEvent[] = [];
      const { visitor, isNew } = people.next();
      new Visit(visitor, hour.from + random.integer(hour.to - hour.from), random, visit).write(people, isNew);
      for (const event of visit) (event.at.getTime() < hour.to ? ready : waiting).push(event);
    }
    ready.sort((one, other) => one.at.getTime() - other.at.getTime());
    ready = ready.slice(0, events - done);
    done += ready.length;
    for (const event of ready) batch.push(event);
    if (batch.length >= BATCH || isLast) {
      yield batch;
      batch = [];
    }
  }
}
