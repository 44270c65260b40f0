import type { Lens, Period } from "@/lib/metrics/snapshot";

/** What a dashboard page is about, as its address says it. Without a date: today, whichever day that is. */
export interface DashboardQuery {
  site: string;
  period: Period;
  date?: string | undefined;
  lens: Lens;
}

const DEFAULTS: DashboardQuery = { site: "demo", period: "day", lens: "all" };

/** The query as URL parameters, all of them, for the API. */
export function queryParams(query: DashboardQuery, more: Record<string, string | undefined> = {}): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...more })) if (value !== undefined) params.set(name, value);
  return params;
}

/** The address of a page for that query; what is the default is left out. */
export function dashboardHref(path: string, query: DashboardQuery, more: Record<string, string | undefined> = {}): string {
  const params = queryParams(query, more);
  for (const [name, value] of Object.entries(DEFAULTS)) if (params.get(name) === value) params.delete(name);
  const search = params.toString();
  return search ? `${path}?${search}` : path;
}
