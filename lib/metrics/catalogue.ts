/** How a value is written for a person; `format-value.ts` does it. */
export type MetricFormat = "count" | "decimal" | "percent" | "duration" | "genders" | "routes";
export type MetricChart = "bar" | "line" | "doughnut" | "doughnut+bar";

interface Metric {
  id: string;
  label: string;
  /** What its values are counted in, for axes. */
  unit: string;
  format: MetricFormat;
  chart: MetricChart;
  /** Whether it is over the events of a period or over the sessions that start in it. */
  over: "events" | "sessions";
  /** What a rise means to most sites; `null` where it depends. */
  better: "higher" | "lower" | null;
  /** The definition, in the words people read in the dashboard. */
  definition: string;
}

/** The twelve metrics, in the order people read them. One id from SQL to tile. */
export const METRICS = [
  {
    id: "users",
    label: "Users",
    unit: "people",
    format: "count",
    chart: "bar",
    over: "events",
    better: "higher",
    definition:
      "Distinct people who did something in the period. Someone who signs in is one person on all their devices, also before signing in.",
  },
  {
    id: "newUsers",
    label: "New users",
    unit: "people",
    format: "count",
    chart: "bar",
    over: "events",
    better: "higher",
    definition: "Distinct people who registered in the period. The same through both lenses.",
  },
  {
    id: "repeatVisitorRatio",
    label: "Repeat visitors",
    unit: "% of users",
    format: "percent",
    chart: "bar",
    over: "events",
    better: "higher",
    definition: "People who signed in two times or more in the period, as a share of its users.",
  },
  {
    id: "actions",
    label: "Actions",
    unit: "interactions",
    format: "count",
    chart: "bar",
    over: "events",
    better: "higher",
    definition:
      "Everything people did on purpose: pages opened, forms sent, registrations, sign-ins and sign-outs. Heartbeats of an open page do not count.",
  },
  {
    id: "sessions",
    label: "Sessions",
    unit: "sessions",
    format: "count",
    chart: "bar",
    over: "sessions",
    better: "higher",
    definition:
      "Visits that began in the period. A visit ends after 30 minutes without a sign of life, or with a sign-out; signing in again begins a new one.",
  },
  {
    id: "actionsPerSession",
    label: "Actions per session",
    unit: "interactions",
    format: "decimal",
    chart: "bar",
    over: "sessions",
    better: "higher",
    definition: "Interactions in the sessions that began in the period, divided by the number of those sessions.",
  },
  {
    id: "timePerSession",
    label: "Time per session",
    unit: "seconds",
    format: "duration",
    chart: "line",
    over: "sessions",
    better: "higher",
    definition: "The mean time from a session's first event to its last, heartbeats of the open page included.",
  },
  {
    id: "bounceRate",
    label: "Bounce rate",
    unit: "% of sessions",
    format: "percent",
    chart: "bar",
    over: "sessions",
    better: "lower",
    definition: "Sessions shorter than three seconds, as a share of all sessions that began in the period.",
  },
  {
    id: "conversionRate",
    label: "Conversion rate",
    unit: "% of sessions",
    format: "percent",
    chart: "bar",
    over: "sessions",
    better: "higher",
    definition: "Sessions in which a form was sent and accepted, as a share of all sessions that began in the period.",
  },
  {
    id: "timeToConversion",
    label: "Time to conversion",
    unit: "seconds",
    format: "duration",
    chart: "line",
    over: "sessions",
    better: "lower",
    definition: "The mean time from a session's start to its first accepted form, over the sessions that have one.",
  },
  {
    id: "genderRatio",
    label: "Gender",
    unit: "people",
    format: "genders",
    chart: "doughnut",
    over: "events",
    better: null,
    definition: "The people of “Users”, counted by the gender they gave; unknown where they gave none or never signed in.",
  },
  {
    id: "pageViews",
    label: "Page views",
    unit: "views",
    format: "routes",
    chart: "doughnut+bar",
    over: "events",
    better: "higher",
    definition: "Pages opened, by route, each with its share of all views: documents and in-app navigations, each once, never a prefetch.",
  },
] as const satisfies readonly Metric[];

export type MetricId = (typeof METRICS)[number]["id"];

/** A session shorter than this is a bounce. */
export const BOUNCE_MS = 3_000;
/** A session ends when more than this passes without an event. */
export const SESSION_IDLE_MS = 30 * 60_000;
