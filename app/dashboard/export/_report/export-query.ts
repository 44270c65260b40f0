import { z } from "zod";
import { METRICS, type MetricId } from "@/lib/metrics/catalogue";
import { ROWS_BEHIND } from "@/lib/metrics/rows-behind";
import { SnapshotQuery } from "@/lib/metrics/snapshot";

const IDS = METRICS.map(({ id }) => id) as [MetricId, ...MetricId[]];
const metric = z.enum(IDS, { error: "must be the id of a metric" });

/** Questions for a file are strict: one that leaves out a filter it did not understand would hold too much, and nobody would see it. */
export const PeriodQuery = SnapshotQuery.strict();
export const TableQuery = PeriodQuery.extend({ metric });

/** The rows behind a metric; of its views those of one route, of its people those of one gender. */
export const RowsQuery = PeriodQuery.extend({
  metric,
  route: z.string().min(1, "must name a route").max(300, "is longer than any route").optional(),
  gender: z.enum(["m", "f", "unknown"], { error: "must be m, f or unknown" }).optional(),
}).superRefine(({ metric: id, route, gender }, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  if (route !== undefined && ROWS_BEHIND[id].filter !== "views") refuse("route", "goes with the metric pageViews only");
  if (gender !== undefined && id !== "users" && id !== "genderRatio") refuse("gender", "goes with the metrics users and genderRatio only");
});
