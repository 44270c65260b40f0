import type { NewEvent } from "../capture/event";

/** A NUL, which PostgreSQL's text cannot hold, or half of a surrogate pair, which its encoding cannot. */
const clean = (text: string): string => text.replaceAll("\0", "").toWellFormed();

const cleanDeep = (value: unknown): unknown => {
  if (typeof value === "string") return clean(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleanDeep(part)]));
};

const isStorable = (text: string | null): boolean => text === null || (text.isWellFormed() && !text.includes("\0"));

/** Whether all of an object's own texts can be stored. */
const holdsStorable = (part: Record<string, string | null>): boolean => {
  for (const key in part) if (!isStorable(part[key] as string | null)) return false;
  return true;
};

/** The same events with the few characters taken out that the database cannot store; visitors can send anything. */
export function toStorableText(events: readonly NewEvent[]): readonly NewEvent[] {
  // Events of one browser mostly share what they have in common.
  const storable = new Set<object | null>([null]);
  const isPartStorable = (part: Record<string, string | null> | null): boolean => {
    if (storable.has(part)) return true;
    if (!holdsStorable(part as Record<string, string | null>)) return false;
    storable.add(part);
    return true;
  };
  const isEventStorable = ({ visitor, method, route, path, title, address, country, user, client, referral }: NewEvent): boolean =>
    isStorable(visitor) &&
    isStorable(method) &&
    isStorable(route) &&
    (path === route || isStorable(path)) &&
    isStorable(title) &&
    isStorable(address) &&
    isStorable(country) &&
    isPartStorable(user) &&
    isPartStorable(client) &&
    isPartStorable(referral);
  return events.every(isEventStorable) ? events : events.map((event) => cleanDeep(event) as NewEvent);
}
