import { z } from "zod";

/** What an event can be; docs/metrics.md says what each means. */
export const EVENT_KINDS = ["view", "action", "register", "login", "logout", "ping"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Kinds that a visitor did on purpose; a ping is not. */
export const isInteraction = (kind: EventKind): boolean => kind !== "ping";

export const GENDERS = ["m", "f", "unknown"] as const;
export type Gender = (typeof GENDERS)[number];

const text = (max: number) => z.string().max(max);

/** A user as a measured site names it: `key` is unique within the site, `label` is what people read. */
const EventUser = z.object({ key: text(200).min(1), label: text(200), gender: z.enum(GENDERS) });

/** What the event was seen with, resolved on the server. */
const EventClient = z.object({
  userAgent: text(512),
  browser: text(60).nullable(),
  os: text(60).nullable(),
  device: text(30).nullable(),
  language: text(20).nullable(),
  screen: text(20).nullable(),
});

/** Where the visitor came from. */
const EventReferral = z.object({
  referrer: text(500).nullable(),
  source: text(100).nullable(),
  channel: text(30),
  utmSource: text(100).nullable(),
  utmMedium: text(100).nullable(),
  utmCampaign: text(100).nullable(),
  utmTerm: text(100).nullable(),
  utmContent: text(100).nullable(),
  clickId: text(100).nullable(),
});

/** One thing a visitor did, as `appendEvents` takes it. The shape of every event in the product comes from here. */
export const NewEvent = z.object({
  /** A UUID made once where the event was seen: an event sent twice counts once. */
  id: z.uuid(),
  /** UTC instant, in whole milliseconds. */
  at: z.date(),
  kind: z.enum(EVENT_KINDS),
  outcome: z.enum(["success", "error"]),
  /** The visitor's key, unique within the site. */
  visitor: text(200).min(1),
  /** Who was signed in; of a login or register event, the one it was about. */
  user: EventUser.nullable(),
  method: text(16).min(1),
  /** The pattern, `/launches/[slug]`. */
  route: text(300).min(1),
  /** What was asked, `/launches/falcon-9`. */
  path: text(1000).min(1),
  status: z.number().int().min(100).max(999).nullable(),
  durationMs: z.number().min(0).nullable(),
  timeSpentSec: z.number().min(0).nullable(),
  title: text(300).nullable(),
  address: text(64).nullable(),
  country: text(2).nullable(),
  client: EventClient.nullable(),
  referral: EventReferral.nullable(),
});

export type NewEvent = z.infer<typeof NewEvent>;
export type EventUser = z.infer<typeof EventUser>;
export type EventClient = z.infer<typeof EventClient>;
export type EventReferral = z.infer<typeof EventReferral>;

/** A conversion is an accepted form: an `action` with method POST and outcome `success`. */
export const isConversion = (event: { kind: EventKind; method: string; outcome: string }): boolean =>
  event.kind === "action" && event.method === "POST" && event.outcome === "success";
