import type { NewEvent } from "../capture/event";

/** A NUL, which PostgreSQL's text cannot hold, or half of a surrogate pair, which its encoding cannot. */
const clean = (text: string): string => text.replaceAll("\0", "").toWellFormed();

const cleanDeep = (value: unknown): unknown => {
  if (typeof value === "string") return clean(value);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleanDeep(part)]));
};

const isStorable = (value: unknown): boolean => {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (value === null || typeof value !== "object" || value instanceof Date) return true;
  for (const key in value) if (!isStorable(value[key as keyof typeof value])) return false;
  return true;
};

/** The same events with the few characters taken out that the database cannot store; visitors can send anything. */
export function toStorableText(events: readonly NewEvent[]): readonly NewEvent[] {
  return events.every(isStorable) ? events : events.map((event) => cleanDeep(event) as NewEvent);
}
