import { SnapshotQuery } from "@/lib/metrics/snapshot";
import type { DashboardQuery } from "./dashboard-href";

export type Search = Record<string, string | string[] | undefined>;

/** The last value of a parameter, as everywhere in the product. */
export const lastOf = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value.at(-1) : value) || undefined;

/** Reads a page's address. What is wrong in it is left at its default and named, so that the page can say so. */
export function readSearch(search: Search): { query: DashboardQuery; problem: string | null } {
  const given = { site: lastOf(search.site), period: lastOf(search.period), date: lastOf(search.date), lens: lastOf(search.lens) };
  const parsed = SnapshotQuery.safeParse(given);
  if (parsed.success) return { query: parsed.data, problem: null };
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const kept = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const [issue] = parsed.error.issues;
  return { query: SnapshotQuery.parse(kept), problem: `${String(issue?.path[0])}: ${issue?.message}` };
}
