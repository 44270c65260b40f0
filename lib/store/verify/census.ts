import type { Lens, MetricValues } from "../../metrics/snapshot";
import { type JudgedVisitor, judgeVisitor, type RawEvent } from "./judge-visitor";
import { move, PlainCalendar } from "./plain-calendar";

/** Everything seen in one bucket through one lens, person by person. */
class Bucket {
  actions = 0;
  readonly users = new Set<number>();
  readonly registered = new Set<number>();
  readonly logins = new Map<number, number>();
  readonly views = new Map<string, number>();
  sessions = 0;
  sessionActions = 0;
  duration = 0;
  bounces = 0;
  conversions = 0;
  conversionTime = 0;
}

export const isConversion = (event: RawEvent) => event.kind === "action" && event.method === "POST" && event.outcome === "success";

/** An hour's rows of people, summed. `persons` and `registered` are sums of the numbers that people have, so that it shows when one is taken for another. */
export interface PeopleOfHour {
  people: number;
  persons: number;
  interactions: number;
  signedIn: number;
  signedInInteractions: number;
  logins: number;
  registered: number;
}

const HOURS_AT_MOST = 26;
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((whole, number) => whole + number, 0);

/** Counts a site's whole log by brute force: every bucket of every day and of every seven days, through both lenses. */
export class Census {
  private readonly calendar: PlainCalendar;
  private readonly buckets = new Map<string, Bucket>();
  private readonly seen = new Set<string>();

  constructor(
    timezone: string,
    private readonly genderOf: (person: number) => "m" | "f" | "unknown",
  ) {
    this.calendar = new PlainCalendar(timezone);
  }

  /** Local dates on which something happened. */
  get dates(): string[] {
    return [...this.seen].sort();
  }

  /** Counts one visitor's whole history; returns what it was judged to be. `knownBefore` is whom it was known as by events that are forgotten. */
  addVisitor(visitorId: number, history: readonly RawEvent[], knownBefore: number | null): JudgedVisitor {
    const judged = judgeVisitor(visitorId, history, knownBefore);
    for (const session of judged.sessions) {
      this.addSession("all", session.events);
      this.addSession("signed-in", session.signedInEvents);
      for (const event of session.events) this.addEvent("all", session.person, event);
      for (const event of session.signedInEvents) this.addEvent("signed-in", session.person, event);
      // New users are the same through both lenses: a registration is no part of a signed-in stay, but counts.
      for (const event of session.events) {
        if (event.kind === "register") for (const bucket of this.bucketsOf("signed-in", event.at)) bucket.registered.add(session.person);
      }
    }
    return judged;
  }

  private addEvent(lens: Lens, person: number, event: RawEvent): void {
    if (event.kind === "ping") return;
    for (const bucket of this.bucketsOf(lens, event.at)) {
      bucket.actions += 1;
      bucket.users.add(person);
      if (event.kind === "register") bucket.registered.add(person);
      if (event.kind === "login") bucket.logins.set(person, (bucket.logins.get(person) ?? 0) + 1);
      if (event.kind === "view") bucket.views.set(event.route, (bucket.views.get(event.route) ?? 0) + 1);
    }
  }

  private addSession(lens: Lens, events: readonly RawEvent[]): void {
    const first = events[0];
    const last = events[events.length - 1];
    if (!first || !last) return;
    const converted = events.find(isConversion);
    for (const bucket of this.bucketsOf(lens, first.at)) {
      bucket.sessions += 1;
      bucket.sessionActions += events.filter((event) => event.kind !== "ping").length;
      bucket.duration += last.at - first.at;
      if (last.at - first.at < 3000) bucket.bounces += 1;
      if (converted) {
        bucket.conversions += 1;
        bucket.conversionTime += converted.at - first.at;
      }
    }
  }

  /** The hour and the day of an instant, and the seven weeks that have this day in them. */
  private bucketsOf(lens: Lens, at: number): Bucket[] {
    const date = this.calendar.dateOf(at);
    this.seen.add(date);
    const keys = [`${lens} hour ${date} ${this.calendar.hourOf(at)}`, `${lens} day ${date}`];
    for (let days = 0; days < 7; days++) keys.push(`${lens} week ${move(date, days)}`);
    return keys.map((key) => {
      const bucket = this.buckets.get(key) ?? new Bucket();
      this.buckets.set(key, bucket);
      return bucket;
    });
  }

  /** What people did in each hour of a date, hour by hour: how many of them, the sum of their numbers, and of what they did. Hours of nobody are left out. */
  peopleByHour(date: string): Map<number, PeopleOfHour> {
    const hours = new Map<number, PeopleOfHour>();
    for (let hour = 0; hour < HOURS_AT_MOST; hour++) {
      const all = this.buckets.get(`all hour ${date} ${hour}`);
      const part = this.buckets.get(`signed-in hour ${date} ${hour}`);
      if (!all || all.users.size === 0) continue;
      hours.set(hour, {
        people: all.users.size,
        persons: sum(all.users),
        interactions: all.actions,
        signedIn: part?.users.size ?? 0,
        signedInInteractions: part?.actions ?? 0,
        logins: sum(all.logins.values()),
        registered: sum(all.registered),
      });
    }
    return hours;
  }

  /** The twelve metrics of an hour, a day or the seven days that end with a date. */
  values(lens: Lens, grain: "hour" | "day" | "week", date: string, hour?: number): MetricValues {
    const bucket = this.buckets.get(grain === "hour" ? `${lens} hour ${date} ${hour}` : `${lens} ${grain} ${date}`) ?? new Bucket();
    const over = (part: number, whole: number) => (whole === 0 ? null : part / whole);
    const genders = { m: 0, f: 0, unknown: 0 };
    for (const person of bucket.users) genders[this.genderOf(person)] += 1;
    const totalViews = [...bucket.views.values()].reduce((sum, views) => sum + views, 0);
    return {
      users: bucket.users.size,
      newUsers: bucket.registered.size,
      repeatVisitorRatio: over([...bucket.logins.values()].filter((count) => count >= 2).length, bucket.users.size),
      actions: bucket.actions,
      sessions: bucket.sessions,
      actionsPerSession: over(bucket.sessionActions, bucket.sessions),
      timePerSession: over(bucket.duration / 1000, bucket.sessions),
      bounceRate: over(bucket.bounces, bucket.sessions),
      conversionRate: over(bucket.conversions, bucket.sessions),
      timeToConversion: over(bucket.conversionTime / 1000, bucket.conversions),
      genderRatio: genders,
      pageViews: [...bucket.views]
        .sort(([routeA, a], [routeB, b]) => (a === b ? (routeA < routeB ? -1 : 1) : b - a))
        .map(([route, views]) => ({ route, views, share: views / totalViews })),
    };
  }
}
