import { isInteraction } from "../capture/event";
import { BOUNCE_MS } from "../metrics/catalogue";
import type { HourFinder } from "./day-finder";
import type { RollupSums } from "./rollup-columns";
import type { SessionState, StoredEvent } from "./sessionize";

/** A session and who is behind it: a known user's id, or minus the visitor's id. */
export type StoredSession = SessionState & { person: number };

/** What a person did in an hour. */
export interface Activity {
  interactions: number;
  si_interactions: number;
  logins: number;
  registers: number;
}

/** An hour as one number, day × 32 + hour: cheap to compare and to keep as a key. */
export type HourKey = number;
export const hourKey = (day: number, hour: number): HourKey => day * 32 + hour;
export const dayOfKey = (key: HourKey): number => Math.floor(key / 32);
export const hourOfKey = (key: HourKey): number => ((key % 32) + 32) % 32;

/** What a person did in one of their hours. */
export interface HourActivity extends Activity {
  key: HourKey;
}

/** By how much a batch moves each bucket, route and person; a zero is a bucket that came out as it was. */
export class BatchDeltas {
  readonly hours = new Map<HourKey, RollupSums>();
  readonly routes = new Map<HourKey, Map<number, { views: number; si_views: number }>>();
  /** Few hours each, mostly one: a list is found through faster than a map is made. */
  readonly persons = new Map<number, HourActivity[]>();
  private latest = { key: 0, from: 0, to: 0 };

  constructor(private readonly findHour: HourFinder) {}

  /** Adds (sign 1) or takes away (−1) everything an event counts for. `signedIn`: at or after its session's login. */
  addEvent(sign: 1 | -1, event: StoredEvent, person: number, signedIn: boolean): void {
    if (!isInteraction(event.kind)) return;
    const sums = this.hourSums(event.at);
    sums.actions = (sums.actions ?? 0) + sign;
    if (signedIn) sums.si_actions = (sums.si_actions ?? 0) + sign;
    if (event.kind === "view") {
      const views = this.routeViews(event);
      views.views += sign;
      if (signedIn) views.si_views += sign;
    }
    this.addActivity(sign, event, person, signedIn);
  }

  /** Adds or takes away only what an event says of its person: all that changes when a session turns out to be somebody else's. */
  addActivity(sign: 1 | -1, event: StoredEvent, person: number, signedIn: boolean): void {
    if (!isInteraction(event.kind)) return;
    const activity = this.activity(person, event.at);
    activity.interactions += sign;
    if (signedIn) activity.si_interactions += sign;
    if (event.kind === "login") activity.logins += sign;
    if (event.kind === "register") activity.registers += sign;
  }

  /** Adds or takes away what a session counts for: at its start, and through the lens `signed-in` at its login. */
  addSession(sign: 1 | -1, session: SessionState): void {
    const all = this.hourSums(session.startedAt);
    const duration = session.endedAt - session.startedAt;
    all.sessions = (all.sessions ?? 0) + sign;
    all.session_actions = (all.session_actions ?? 0) + sign * session.interactions;
    all.duration_ms = (all.duration_ms ?? 0) + sign * duration;
    if (duration < BOUNCE_MS) all.bounces = (all.bounces ?? 0) + sign;
    if (session.convertedAt !== null) {
      all.conversions = (all.conversions ?? 0) + sign;
      all.conversion_ms = (all.conversion_ms ?? 0) + sign * (session.convertedAt - session.startedAt);
    }
    if (session.loginAt === null) return;
    const part = this.hourSums(session.loginAt);
    const partDuration = session.endedAt - session.loginAt;
    part.si_sessions = (part.si_sessions ?? 0) + sign;
    part.si_session_actions = (part.si_session_actions ?? 0) + sign * session.signedInInteractions;
    part.si_duration_ms = (part.si_duration_ms ?? 0) + sign * partDuration;
    if (partDuration < BOUNCE_MS) part.si_bounces = (part.si_bounces ?? 0) + sign;
    if (session.signedInConvertedAt !== null) {
      part.si_conversions = (part.si_conversions ?? 0) + sign;
      part.si_conversion_ms = (part.si_conversion_ms ?? 0) + sign * (session.signedInConvertedAt - session.loginAt);
    }
  }

  /** Events come in the order of their times, more or less: mostly it is the hour of the one before. */
  private hourOf(at: number): HourKey {
    if (at < this.latest.from || at >= this.latest.to) {
      const { day, hour, from, to } = this.findHour(at);
      this.latest = { key: hourKey(day, hour), from, to };
    }
    return this.latest.key;
  }

  private hourSums(at: number): RollupSums {
    const key = this.hourOf(at);
    let sums = this.hours.get(key);
    if (!sums) {
      sums = {};
      this.hours.set(key, sums);
    }
    return sums;
  }

  private routeViews(event: StoredEvent): { views: number; si_views: number } {
    const key = this.hourOf(event.at);
    let routes = this.routes.get(key);
    if (!routes) {
      routes = new Map();
      this.routes.set(key, routes);
    }
    let views = routes.get(event.routeId);
    if (!views) {
      views = { views: 0, si_views: 0 };
      routes.set(event.routeId, views);
    }
    return views;
  }

  private activity(person: number, at: number): Activity {
    const key = this.hourOf(at);
    let hours = this.persons.get(person);
    if (!hours) {
      hours = [];
      this.persons.set(person, hours);
    }
    for (const hour of hours) if (hour.key === key) return hour;
    const hour = { key, interactions: 0, si_interactions: 0, logins: 0, registers: 0 };
    hours.push(hour);
    return hour;
  }
}
