"use client";

import type { PageRow } from "@/lib/store/read-visitors";
import { ChartCard } from "../../_live/chart-card";
import type { ChartData } from "../../_live/charts-of";
import classes from "./visitors.module.css";

const DRAWN = 12;

/** Accesses and time spent by page, the busiest pages first. */
export function PageCharts({ pages, caption }: { pages: PageRow[]; caption: string }) {
  const shared = { metric: "pageViews", type: "ranks", column: "Page" } as const;
  const points = (value: (row: PageRow) => number) =>
    [...pages]
      .sort((a, b) => value(b) - value(a))
      .slice(0, DRAWN)
      .map((row) => ({ label: row.page, value: value(row) }));
  const charts: ChartData[] = [
    { ...shared, title: "Accesses by page", label: "Accesses", unit: "views", format: "count", points: points(({ accesses }) => accesses) },
    {
      ...shared,
      title: "Time by page",
      label: "Time spent",
      unit: "seconds",
      format: "duration",
      points: points(({ totalSec }) => totalSec),
    },
  ];
  return (
    <div className={classes.charts}>
      {charts.map((chart) => (
        <ChartCard key={chart.title} chart={chart} caption={caption} filename={chart.title.toLowerCase().replaceAll(" ", "-")} />
      ))}
    </div>
  );
}
