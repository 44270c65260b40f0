import type { MetricId } from "./catalogue";
import type { MetricValues } from "./snapshot";

/** A metric as the one number its tile and its curve show: of gender all its people, of page views all views. */
export function metricNumber(values: MetricValues, id: MetricId): number | null {
  if (id === "genderRatio") return values.genderRatio.m + values.genderRatio.f + values.genderRatio.unknown;
  if (id === "pageViews") return values.pageViews.reduce((sum, { views }) => sum + views, 0);
  return values[id];
}
