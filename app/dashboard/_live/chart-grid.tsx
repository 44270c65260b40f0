"use client";

import { memo } from "react";
import { METRICS } from "@/lib/metrics/catalogue";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { periodLabel } from "@/lib/metrics/time-labels";
import { type DashboardQuery, dashboardHref, queryParams } from "../_query/dashboard-href";
import { ChartCard } from "./chart-card";
import classes from "./chart-grid.module.css";
import { chartsOf } from "./charts-of";

/** A chart of every metric: over time, or of its parts. */
export const ChartGrid = memo(function ChartGrid({ snapshot, query }: { snapshot: Snapshot; query: DashboardQuery }) {
  const { site, period, date } = snapshot;
  return (
    <section aria-label="Charts" className={classes.grid}>
      {METRICS.flatMap((metric) => chartsOf(metric, snapshot)).map((chart) => (
        <ChartCard
          key={`${chart.metric}-${chart.type}`}
          chart={chart}
          caption={periodLabel(period, date)}
          filename={`${site}-${chart.metric}-${period}-${date}.png`}
          rowsHref={dashboardHref("/dashboard/rows", { ...query, date }, { metric: chart.metric })}
          csvHref={`/dashboard/export/table?${queryParams({ ...query, date }, { metric: chart.metric })}`}
        />
      ))}
    </section>
  );
});
