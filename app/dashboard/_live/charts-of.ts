import type { METRICS, MetricFormat, MetricId } from "@/lib/metrics/catalogue";
import { metricNumber } from "@/lib/metrics/metric-number";
import type { MetricValues, RouteViews, Snapshot } from "@/lib/metrics/snapshot";
import { bucketLabel } from "@/lib/metrics/time-labels";

/** One chart, as data: what it is of, how it is drawn, and its points. */
export interface ChartData {
  metric: MetricId;
  type: "bar" | "line" | "doughnut" | "ranks";
  title: string;
  label: string;
  unit: string;
  format: MetricFormat;
  /** What the points are named by, as the head of the table's first column. */
  column: string;
  points: { label: string; value: number | null }[];
}

/** Routes drawn by name; the rest is one part. */
const ROUTES_DRAWN = 7;

export function genderPoints({ m, f, unknown }: MetricValues["genderRatio"]): ChartData["points"] {
  return [
    { label: "Men", value: m },
    { label: "Women", value: f },
    { label: "Unknown", value: unknown },
  ];
}

export function routePoints(pageViews: readonly RouteViews[]): ChartData["points"] {
  const drawn = pageViews.slice(0, ROUTES_DRAWN).map(({ route, views }) => ({ label: route, value: views }));
  const rest = pageViews.slice(ROUTES_DRAWN).reduce((sum, { views }) => sum + views, 0);
  return rest > 0 ? [...drawn, { label: "other routes", value: rest }] : drawn;
}

/** What a metric is drawn as: one chart, or two where the catalogue says so. */
export function chartsOf(metric: (typeof METRICS)[number], { metrics, series, period, timezone }: Snapshot): ChartData[] {
  const { id, label, unit, format } = metric;
  const base = { metric: id, label, unit, format } as const;
  if (id === "genderRatio") {
    return [{ ...base, type: "doughnut", title: "People by gender", column: "Gender", points: genderPoints(metrics.genderRatio) }];
  }
  if (id === "pageViews") {
    const points = routePoints(metrics.pageViews);
    return [
      { ...base, type: "doughnut", title: "Share of page views", column: "Route", points },
      { ...base, type: "ranks", title: "Page views by route", column: "Route", points },
    ];
  }
  const points = series.map((point) => ({ label: bucketLabel(period, timezone, point.at), value: metricNumber(point, id) }));
  const bucket = period === "day" ? "hour" : "day";
  return [
    {
      ...base,
      type: metric.chart === "line" ? "line" : "bar",
      title: `${label} per ${bucket}`,
      column: period === "day" ? "Hour" : "Day",
      points,
    },
  ];
}
