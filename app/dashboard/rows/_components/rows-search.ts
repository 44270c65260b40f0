import { z } from "zod";
import { METRICS, type MetricId } from "@/lib/metrics/catalogue";
import type { Narrowing } from "@/lib/metrics/rows-behind";
import type { DashboardQuery } from "../../_query/dashboard-href";
import { lastOf, readSearch, type Search } from "../../_query/read-search";

const IDS = METRICS.map(({ id }) => id) as [MetricId, ...MetricId[]];

const RowsSearch = z.object({
  metric: z.enum(IDS),
  route: z.string().max(300).optional().catch(undefined),
  gender: z.enum(["m", "f", "unknown"]).optional().catch(undefined),
  after: z
    .string()
    .max(40)
    .regex(/^-?\d{1,15}\.-?\d{1,18}$/)
    .optional()
    .catch(undefined),
});

/** Which rows an address asks for, or null where it names no metric. */
export function readRowsSearch(
  search: Search,
): { query: DashboardQuery; metric: MetricId; narrow: Narrowing; after: string | undefined } | null {
  const given = Object.fromEntries(["metric", "route", "gender", "after"].map((name) => [name, lastOf(search[name])]));
  const parsed = RowsSearch.safeParse(given);
  if (!parsed.success) return null;
  const { metric, route, gender, after } = parsed.data;
  const narrow = {
    ...(metric === "pageViews" && route !== undefined && { route }),
    ...((metric === "users" || metric === "genderRatio") && gender !== undefined && { gender }),
  };
  return { query: readSearch(search).query, metric, narrow, after };
}
