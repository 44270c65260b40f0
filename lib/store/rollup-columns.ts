/** Sums over the events and sessions of a bucket, through the lens `all`; each has a twin `si_…` for `signed-in`. */
const SUMS = ["actions", "sessions", "session_actions", "duration_ms", "bounces", "conversions", "conversion_ms"] as const;
/** Counts of distinct people. New and repeat users are the same through both lenses. */
const DISTINCT = ["users_m", "users_f", "users_unknown"] as const;

type SignedIn<Column extends string> = `si_${Column}`;
export type SumColumn = (typeof SUMS)[number];
export type DistinctColumn = (typeof DISTINCT)[number] | SignedIn<(typeof DISTINCT)[number]> | "new_users" | "repeat_users";
export type RollupColumn = SumColumn | SignedIn<SumColumn> | DistinctColumn;

const signedIn = <Column extends string>(column: Column): SignedIn<Column> => `si_${column}`;

/** Every number of a rollup row, as its column is called. */
export const ROLLUP_COLUMNS: readonly RollupColumn[] = [
  ...SUMS,
  ...SUMS.map(signedIn),
  ...DISTINCT,
  ...DISTINCT.map(signedIn),
  "new_users",
  "repeat_users",
];

export type RollupSums = Partial<Record<RollupColumn, number>>;
