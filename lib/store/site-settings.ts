import { z } from "zod";

/** What an owner can set for a site; every setting has a default, so an empty object is valid. */
export const SiteSettings = z.object({
  /** What is kept of a client address: all of it, its network (/24, /48), or a keyed hash. */
  addressPrivacy: z.enum(["keep", "truncate", "hash"]).default("keep"),
  /** What a browser's DNT or Sec-GPC signal does. */
  privacySignal: z.enum(["ignore", "cookieless", "do-not-count"]).default("ignore"),
  /** How many whole days are kept besides today; null keeps everything. */
  retentionDays: z.number().int().min(7).max(3_650).nullable().default(null),
});

export type SiteSettings = z.infer<typeof SiteSettings>;
