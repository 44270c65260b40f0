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

/** By how much a batch moves each bucket, route and person; a zero is a bucket that came out as it was. */
export class BatchDeltas {
  readonly hours = new Map<HourKey, RollupSums>();
  readonly routes = new Map<HourKey, Map<number, { views: number; si_views: number }>>();
  readonly persons = new Map<number, Map<HourKey, Activity>>();

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

  private hourSums(at: number): RollupSums {
    const { day, hour } = this.findHour(at);
    const key = hourKey(day, hour);
    let sums = this.hours.get(key);
    if (!sums) {
      sums = {};
      this.hours.set(key, sums);
    }
    return sums;
  }

  private routeViews(event: StoredEvent): { views: number; si_views: number } {
    const { day, hour } = this.findHour(event.at);
    const key = hourKey(day, hour);
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
    const { day, hour } = this.findHour(at);
    const key = hourKey(day, hour);
    let hours = this.persons.get(person);
    if (!hours) {
      hours = new Map();
      this.persons.set(person, hours);
    }
    let activity = hours.get(key);
    if (!activity) {
      activity = { interactions: 0, si_interactions: 0, logins: 0, registers: 0 };
      hours.set(key, activity);
    }
    return activity;
  }
}
