"use client";

import { METRICS } from "@/lib/metrics/catalogue";
import { metricNumber } from "@/lib/metrics/metric-number";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { bucketLabel } from "@/lib/metrics/time-labels";
import type { DashboardQuery } from "../_query/dashboard-href";
import { ChartCard, type ChartData } from "./chart-card";
import classes from "./chart-grid.module.css";

/** Routes drawn by name; the rest is one part. */
const ROUTES_DRAWN = 7;

/** A chart of every metric: over time, or of its parts. */
export function ChartGrid({ snapshot, query }: { snapshot: Snapshot; query: DashboardQuery }) {
  return (
    <section aria-label="Charts" className={classes.grid}>
      {METRICS.flatMap((metric) => chartsOf(metric, snapshot)).map((chart) => (
        <ChartCard key={`${chart.metric}-${chart.type}`} chart={chart} snapshot={snapshot} query={query} />
      ))}
    </section>
  );
}

/** What a metric is drawn as: one chart, or two where the catalogue says so. */
function chartsOf(metric: (typeof METRICS)[number], { metrics, series, period, timezone }: Snapshot): ChartData[] {
  const { id, label, unit, format } = metric;
  const perBucket = period === "day" ? "per hour" : "per day";
  const base = { metric: id, label, unit, format } as const;
  if (metric.id === "genderRatio") {
    const { m, f, unknown } = metrics.genderRatio;
    const parts = [
      { label: "Men", value: m },
      { label: "Women", value: f },
      { label: "Unknown", value: unknown },
    ];
    return [{ ...base, type: "doughnut", title: "People by gender", column: "Gender", points: parts }];
  }
  if (metric.id === "pageViews") {
    const drawn = metrics.pageViews.slice(0, ROUTES_DRAWN).map(({ route, views }) => ({ label: route, value: views }));
    const rest = metrics.pageViews.slice(ROUTES_DRAWN).reduce((sum, { views }) => sum + views, 0);
    const points = rest > 0 ? [...drawn, { label: "other routes", value: rest }] : drawn;
    return [
      { ...base, type: "doughnut", title: "Share of page views", column: "Route", points },
      { ...base, type: "ranks", title: "Page views by route", column: "Route", points },
    ];
  }
  const points = series.map((point) => ({ label: bucketLabel(period, timezone, point.at), value: metricNumber(point, id) }));
  const type = metric.chart === "line" ? "line" : "bar";
  return [{ ...base, type, title: `${label} ${perBucket}`, column: period === "day" ? "Hour" : "Day", points }];
}
