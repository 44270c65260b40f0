import type { DashboardQuery } from "../_query/dashboard-href";

/** Where the live snapshot and the feed are held, for whoever reads or writes them. */
export const snapshotKey = ({ site, period, lens, date }: DashboardQuery) => ["snapshot", site, period, lens, date ?? "today"] as const;
export const feedKey = (site: string) => ["feed", site] as const;
