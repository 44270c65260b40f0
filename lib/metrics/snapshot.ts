import { z } from "zod";

export const PERIODS = ["day", "week"] as const;
export type Period = (typeof PERIODS)[number];
export const LENSES = ["all", "signed-in"] as const;
export type Lens = (typeof LENSES)[number];

export interface RouteViews {
  route: string;
  views: number;
  /** Fraction of the bucket's views. */
  share: number;
}

/** The twelve metrics of one span. Ratios are fractions, times seconds, nothing is rounded; `null` is a ratio or mean over nothing. */
export interface MetricValues {
  users: number;
  newUsers: number;
  repeatVisitorRatio: number | null;
  actions: number;
  sessions: number;
  actionsPerSession: number | null;
  timePerSession: number | null;
  bounceRate: number | null;
  conversionRate: number | null;
  timeToConversion: number | null;
  genderRatio: { m: number; f: number; unknown: number };
  /** Most viewed first, then by name. */
  pageViews: RouteViews[];
}

/** A bucket of a series: an hour of the day, or a day of the week. */
export interface SeriesPoint extends MetricValues {
  /** UTC instant at which the bucket begins. */
  at: string;
}

/** Everything the dashboard shows of one period: what `GET /api/metrics`, the stream and the command line answer with. */
export interface Snapshot {
  site: string;
  period: Period;
  /** The local day; of a week, its last. */
  date: string;
  timezone: string;
  lens: Lens;
  /** When it was read (UTC). */
  asOf: string;
  /** The span, UTC, half-open. */
  from: string;
  to: string;
  metrics: MetricValues;
  /** The span of the same length just before. */
  previous: { from: string; to: string; metrics: MetricValues };
  series: SeriesPoint[];
}

const isoDate = z.iso.date({ error: "must be a date such as 2026-11-21" });

/** A question for a snapshot, as it comes in a URL. An unset date means today in the site's time zone. */
export const SnapshotQuery = z.object({
  site: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be a site's slug")
    .default("demo"),
  period: z.enum(PERIODS, { error: "must be day or week" }).default("day"),
  date: isoDate.optional(),
  lens: z.enum(LENSES, { error: "must be all or signed-in" }).default("all"),
});
export type SnapshotQuery = z.infer<typeof SnapshotQuery>;
