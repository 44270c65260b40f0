import type { EventUser, Gender } from "../capture/event";
import type { Db } from "../db/client";
import type { Activity, HourKey } from "./batch-deltas";
import type { PersonHour } from "./move-people";
import type { VisitorState } from "./plan-visitor";

/** Visitors, and persons, of whom a process knows at most so much. */
const REMEMBERED = 50_000;

interface RememberedUser extends EventUser {
  id: number;
}

/** Everything a person did in a span of days (numbers, both included), hour by hour. */
export interface PersonDays {
  from: number;
  to: number;
  hours: Map<HourKey, Activity>;
}

/** Where a site's counter stands. Every writer moves it, and every batch leaves a mark that no other has. */
export interface Position {
  lastSeq: number;
  mark: string | null;
}

/** What this process's last batch left behind in the database, for the next one to go on from. */
interface SiteMemory {
  /** The site's counter when that was true: where it still stands there, nothing has changed since. */
  position: Position;
  visitors: Map<string, VisitorState>;
  users: Map<string, RememberedUser>;
  persons: Map<number, PersonDays>;
  /** By user id. */
  genders: Map<number, Gender>;
}

/** What a committed batch left behind. */
export interface Left {
  span: { before: Position; after: Position };
  visitors: readonly VisitorState[];
  users: ReadonlyMap<string, RememberedUser>;
  /** Persons that were not remembered, as they were before the batch, and what it made of everybody's hours. */
  persons: ReadonlyMap<number, PersonDays>;
  activities: readonly PersonHour[];
  genders: ReadonlyMap<number, Gender>;
}

const memories = new WeakMap<Db, Map<number, SiteMemory>>();

const sitesOf = (db: Db): Map<number, SiteMemory> => {
  const sites = memories.get(db) ?? new Map<number, SiteMemory>();
  memories.set(db, sites);
  return sites;
};

const isSame = (one: Position, other: Position) => one.lastSeq === other.lastSeq && one.mark === other.mark;

/** The states of visitors, users and persons as they are now, where this process was the last to write to the site; else nothing. Under the site's lock. */
export function recall(db: Db, siteId: number, now: Position): SiteMemory | null {
  const sites = sitesOf(db);
  const memory = sites.get(siteId);
  if (!memory) return null;
  if (isSame(memory.position, now)) return memory;
  // Under the lock nothing can be ahead of the database: what is remembered was lost there, or another has written since.
  sites.delete(siteId);
  return null;
}

/** Forgets what is remembered of a site: a batch failed on it. */
export function forget(db: Db, siteId: number): void {
  sitesOf(db).delete(siteId);
}

/** Remembers what a committed batch left behind. Two commits can be reported in the wrong order: the older one is passed over then. */
export function remember(db: Db, siteId: number, { span, visitors, users, persons, activities, genders }: Left): void {
  const sites = sitesOf(db);
  const memory = sites.get(siteId);
  if (memory && memory.position.lastSeq > span.before.lastSeq) return;
  const goesOn = memory && isSame(memory.position, span.before) && Math.max(memory.visitors.size, memory.persons.size) < REMEMBERED;
  const next: SiteMemory = goesOn
    ? memory
    : { position: span.after, visitors: new Map(), users: new Map(), persons: new Map(), genders: new Map() };
  next.position = span.after;
  for (const visitor of visitors) next.visitors.set(visitor.key, visitor);
  for (const [key, user] of users) next.users.set(key, user);
  for (const [person, days] of persons) next.persons.set(person, days);
  for (const { person, key, now } of activities) next.persons.get(person)?.hours.set(key, now);
  for (const [user, gender] of genders) next.genders.set(user, gender);
  sites.set(siteId, next);
}

/** A remembered user as a batch's own words leave it: a gender once given is not taken back by an unknown one. */
export const mergedGender = (before: Gender, given: Gender): Gender => (given === "unknown" ? before : given);
