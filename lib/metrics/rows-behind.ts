import type { MetricId } from "./catalogue";
import type { MetricValues } from "./snapshot";

/** What a metric is made of. */
export type RowKind = "events" | "sessions" | "people";

/** Which of those rows: all of the lens, or only some. */
export type RowFilter = "every" | "views" | "bounced" | "converted" | "registered" | "repeat";

export const ROWS_BEHIND = {
  users: { kind: "people", filter: "every" },
  newUsers: { kind: "people", filter: "registered" },
  repeatVisitorRatio: { kind: "people", filter: "repeat" },
  actions: { kind: "events", filter: "every" },
  sessions: { kind: "sessions", filter: "every" },
  actionsPerSession: { kind: "sessions", filter: "every" },
  timePerSession: { kind: "sessions", filter: "every" },
  bounceRate: { kind: "sessions", filter: "bounced" },
  conversionRate: { kind: "sessions", filter: "converted" },
  timeToConversion: { kind: "sessions", filter: "converted" },
  genderRatio: { kind: "people", filter: "every" },
  pageViews: { kind: "events", filter: "views" },
} as const satisfies Record<MetricId, { kind: RowKind; filter: RowFilter }>;

/** Rows can be narrowed to one route (page views) or one gender (people). */
export interface Narrowing {
  route?: string | undefined;
  gender?: "m" | "f" | "unknown" | undefined;
}

/** How many rows make up a metric: of a ratio, those it counts. */
export function countRowsBehind(values: MetricValues, id: MetricId, narrow: Narrowing = {}): number {
  const { genderRatio, pageViews } = values;
  const part = (ratio: number | null, whole: number) => Math.round((ratio ?? 0) * whole);
  switch (id) {
    case "newUsers":
      return values.newUsers;
    case "repeatVisitorRatio":
      return part(values.repeatVisitorRatio, values.users);
    case "actions":
      return values.actions;
    case "bounceRate":
      return part(values.bounceRate, values.sessions);
    case "conversionRate":
    case "timeToConversion":
      return part(values.conversionRate, values.sessions);
    case "users":
    case "genderRatio":
      return narrow.gender ? genderRatio[narrow.gender] : values.users;
    case "pageViews":
      return pageViews.reduce((sum, { route, views }) => sum + (narrow.route === undefined || narrow.route === route ? views : 0), 0);
    default:
      return values.sessions;
  }
}
