import type { Lens, MetricValues, RouteViews } from "../metrics/snapshot";
import type { RollupColumn } from "./rollup-columns";

/** The rollup columns of one bucket, or of a sum of buckets. */
export type BucketSums = Record<RollupColumn, number>;

/** Views of one route in a bucket, through both lenses. */
export interface RouteSums {
  route: string;
  views: number;
  si_views: number;
}

/** Columns of a bucket that count distinct people: never summed over buckets, but read from the bucket of the right size. */
type Distinct = Pick<
  BucketSums,
  "users_m" | "users_f" | "users_unknown" | "si_users_m" | "si_users_f" | "si_users_unknown" | "new_users" | "repeat_users"
>;

const MS = 1_000;

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The twelve metrics of one span from its sums, its distinct people and its routes, through one lens. Definitions: docs/metrics.md. */
export function toMetricValues(sums: BucketSums, people: Distinct, routes: readonly RouteSums[], lens: Lens): MetricValues {
  const pick = <Column extends SignedInColumn>(column: Column) => (lens === "all" ? sums[column] : sums[`si_${column}`]);
  const genderRatio =
    lens === "all"
      ? { m: people.users_m, f: people.users_f, unknown: people.users_unknown }
      : { m: people.si_users_m, f: people.si_users_f, unknown: people.si_users_unknown };
  const users = genderRatio.m + genderRatio.f + genderRatio.unknown;
  const sessions = pick("sessions");
  return {
    users,
    newUsers: people.new_users,
    repeatVisitorRatio: ratio(people.repeat_users, users),
    actions: pick("actions"),
    sessions,
    actionsPerSession: ratio(pick("session_actions"), sessions),
    timePerSession: ratio(pick("duration_ms") / MS, sessions),
    bounceRate: ratio(pick("bounces"), sessions),
    conversionRate: ratio(pick("conversions"), sessions),
    timeToConversion: ratio(pick("conversion_ms") / MS, pick("conversions")),
    genderRatio,
    pageViews: toRouteViews(routes, lens),
  };
}

type SignedInColumn = "actions" | "sessions" | "session_actions" | "duration_ms" | "bounces" | "conversions" | "conversion_ms";

function toRouteViews(routes: readonly RouteSums[], lens: Lens): RouteViews[] {
  const views = routes
    .map(({ route, views, si_views }) => ({ route, views: lens === "all" ? views : si_views }))
    .filter((row) => row.views > 0);
  const total = views.reduce((sum, row) => sum + row.views, 0);
  return views
    .sort((a, b) => b.views - a.views || (a.route < b.route ? -1 : 1))
    .map(({ route, views }) => ({ route, views, share: views / total }));
}
