import { z } from "zod";

const bounded = (max: number) =>
  z
    .string()
    .max(max * 4)
    .transform((text) => text.slice(0, max)); // titles and referrers may be cut, absurd ones are refused
const milliseconds = z.number().min(0).max(600_000).optional();

/** One thing a browser or a server tells of. Who did it, from where and with what is read from the request itself and cannot be told. */
export const CollectedEvent = z.strictObject({
  kind: z.enum(["view", "action", "ping"], {
    error: "is view, action or ping; sign-ins and registrations are told by the site's own server",
  }),
  /** Path and query, `/launches?page=2`. */
  path: z
    .string()
    .max(3_000)
    .regex(/^\/(?![/\\])/, "is a path that begins with one /")
    .refine((path) => URL.canParse(path, "http://site.invalid"), "is no path")
    .refine((path) => !/^\/(api|dashboard|_next)(?![^/?#])/.test(path), "is no page of the measured site"),
  /** A UUID of the sender's: an event sent twice counts once. */
  id: z.uuid().optional(),
  /** When it happened; moved into the last half hour. Without it, or with `ago`, the server's clock decides. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Milliseconds between the event and its sending. */
  ago: z.number().min(0).optional(),
  outcome: z.enum(["success", "error"]).optional(),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).optional(),
  title: bounded(300).optional(),
  referrer: bounded(500).optional(),
  /** Width of the window in CSS pixels. */
  screen: z.number().int().min(0).max(100_000).optional(),
  /** The page view that a ping belongs to, and what was measured of it. */
  page: z.union([z.uuid(), z.literal("")]).optional(),
  scroll: z.number().min(0).max(100).optional(),
  lcp: milliseconds,
  inp: milliseconds,
  fcp: milliseconds,
  ttfb: milliseconds,
  cls: z.number().min(0).max(1_000).optional(),
});
export type CollectedEvent = z.infer<typeof CollectedEvent>;

export const MAX_BYTES = 64 * 1024;
export const MAX_EVENTS = 100;

/** An event that was not taken: where it stood in the array, and why. */
export type RefusedEvent = { position: number; reason: string; field?: string };

/** Sorts a body's events into those that can be read and those that cannot. Takes one event or an array. */
export function parseCollected(body: unknown): { events: { position: number; event: CollectedEvent }[]; refused: RefusedEvent[] } {
  const events: { position: number; event: CollectedEvent }[] = [];
  const refused: RefusedEvent[] = [];
  for (const [position, item] of (Array.isArray(body) ? body : [body]).entries()) {
    const parsed = CollectedEvent.safeParse(item);
    if (parsed.success) events.push({ position, event: parsed.data });
    else refused.push({ position, ...explain(parsed.error) });
  }
  return { events, refused };
}

function explain(error: z.ZodError): { reason: string; field?: string } {
  const issue = error.issues[0];
  const field = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  const reason = issue?.code === "unrecognized_keys" ? "cannot be set by a client" : (issue?.message ?? "is not valid");
  return { reason: field ? `${field}: ${reason}`.slice(0, 300) : reason.slice(0, 300), ...(field && { field: field.slice(0, 100) }) };
}
