import { z } from "zod";

const days = z.number().int().min(7).max(3_650).nullable().default(null);

/** What an owner can set for a site; every setting has a default, so an empty object is valid. */
export const SiteSettings = z.object({
  /** What is kept of a client address: all of it, its network (/24, /48), or a keyed hash. */
  addressPrivacy: z.enum(["keep", "truncate", "hash"]).default("keep"),
  /** What a browser's DNT or Sec-GPC signal does. */
  privacySignal: z.enum(["ignore", "cookieless", "do-not-count"]).default("ignore"),
  /** How many whole days of events are kept besides today, with visits and addresses; null keeps them. Never more than of numbers. */
  eventDays: days,
  /** The same of the numbers: sums by hour and day. */
  numberDays: days,
  /** The same of the nightly files. */
  archiveDays: days,
});

export const DaysToKeep = days.unwrap().unwrap();

/** What of a site is kept for how many days. */
export type Retention = Pick<SiteSettings, "eventDays" | "numberDays" | "archiveDays">;

/** Whether numbers are kept at least as long as the events they were counted from: else the events would say what no number says any more. */
export const keepsNumbersLongEnough = ({ eventDays, numberDays }: Pick<Retention, "eventDays" | "numberDays">): boolean =>
  numberDays === null || (eventDays !== null && eventDays <= numberDays);

export type SiteSettings = z.infer<typeof SiteSettings>;
