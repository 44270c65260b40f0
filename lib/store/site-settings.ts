import { z } from "zod";
import { parseAddressRule } from "../capture/traffic/address-rules";
import { parseHostRule } from "../capture/traffic/host-rules";
import { parsePathRule } from "../capture/traffic/path-rules";

const MOST_RULES = 200;
const LONGEST_RULE = 300;

/** A list of rules in their canonical form, each once. An issue says which one cannot be read. */
const ruleList = (parse: (text: string) => string | null, wanted: string) =>
  z
    .array(z.string())
    .max(MOST_RULES, `At most ${MOST_RULES} of them.`)
    .transform((rules, context) => {
      const parsed = rules.map((rule) => (rule.length > LONGEST_RULE ? null : parse(rule)));
      const bad = parsed.indexOf(null);
      if (bad >= 0) context.addIssue({ code: "custom", message: `“${(rules[bad] ?? "").slice(0, 60)}” is no ${wanted}.` });
      return [...new Set(parsed.filter((rule) => rule !== null))];
    });

const AddressRules = ruleList(parseAddressRule, "address such as 192.0.2.7 and no range such as 192.0.2.0/24");
const PathRules = ruleList(parsePathRule, "path such as /internal and no pattern such as /*/preview");
const HostRules = ruleList(parseHostRule, "host such as staging.example.com or *.example.com");

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
  /** Whose requests are stored apart and counted by no metric. */
  exclude: z
    .object({ addresses: AddressRules.default([]), paths: PathRules.default([]), hosts: HostRules.default([]) })
    .default({ addresses: [], paths: [], hosts: [] }),
  /** How many pages one visitor may open in ten seconds before it is taken for a machine; null: any number. */
  fastestPages: z.number().int().min(20).max(10_000).nullable().default(100),
  /** Hosts, besides the app's own, whose pages may send events to /api/collect. */
  collectHosts: HostRules.default([]),
  /** Whether a change of `#…` is a page view. */
  countHashes: z.boolean().default(false),
});

export const DaysToKeep = days.unwrap().unwrap();

/** What of a site is kept for how many days. */
export type Retention = Pick<SiteSettings, "eventDays" | "numberDays" | "archiveDays">;

/** Whether numbers are kept at least as long as the events they were counted from: else the events would say what no number says any more. */
export const keepsNumbersLongEnough = ({ eventDays, numberDays }: Pick<Retention, "eventDays" | "numberDays">): boolean =>
  numberDays === null || (eventDays !== null && eventDays <= numberDays);

/**
 * Whether files are kept no longer than the numbers: with these goes what a browser's key stands for in an archive, and nobody could be erased from one
 * that is older.
 */
export const forgetsFilesInTime = ({ numberDays, archiveDays }: Pick<Retention, "numberDays" | "archiveDays">): boolean =>
  numberDays === null || (archiveDays !== null && archiveDays <= numberDays);

export const FILES_TOO_LONG = "At most as many days as of numbers: a person could not be erased from older files.";

export type SiteSettings = z.infer<typeof SiteSettings>;
