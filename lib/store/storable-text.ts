import type { NewEvent } from "../capture/event";

/** A NUL, which PostgreSQL's text cannot hold, or half of a surrogate pair, which its encoding cannot. */
const clean = (text: string): string => text.replaceAll("\0", "").toWellFormed();

const cleanDeep = (value: unknown): unknown => {
  if (typeof value === "string") return clean(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleanDeep(part)]));
};

const isStorable = (text: string | null): boolean => text === null || (text.isWellFormed() && !text.includes("\0"));

const isStorableInside = (part: Record<string, string | null> | null, checked: Set<object>): boolean => {
  if (part === null || checked.has(part)) return true;
  checked.add(part);
  return Object.values(part).every(isStorable);
};

/** Events share what many of them have; each such object is looked at once. A list of fields: to ask an event which it has takes five times as long. */
const isStorableEvent = (event: NewEvent, checked: Set<object>): boolean =>
  isStorable(event.visitor) &&
  isStorable(event.route) &&
  (event.path === event.route || isStorable(event.path)) &&
  isStorable(event.method) &&
  isStorable(event.title) &&
  isStorable(event.address) &&
  isStorable(event.country) &&
  isStorableInside(event.user, checked) &&
  isStorableInside(event.client, checked) &&
  isStorableInside(event.referral, checked);

/** The same events with the few characters taken out that the database cannot store; visitors can send anything. */
export function toStorableText(events: readonly NewEvent[]): readonly NewEvent[] {
  const checked = new Set<object>();
  return events.every((event) => isStorableEvent(event, checked)) ? events : events.map((event) => cleanDeep(event) as NewEvent);
}
