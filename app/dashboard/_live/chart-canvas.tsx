"use client";

import { useComputedColorScheme } from "@mantine/core";
import {
  ArcElement,
  BarElement,
  CategoryScale,
  Chart,
  type ChartDataset,
  Filler,
  LinearScale,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { memo, useEffect, useMemo } from "react";
import { Bar, Doughnut, Line } from "react-chartjs-2";
import { barOptions, doughnutOptions, lineOptions, rankOptions } from "./chart-options";
import type { ChartData } from "./charts-of";
import { readColours } from "./read-colours";

Chart.register(ArcElement, BarElement, CategoryScale, Filler, LinearScale, LineElement, PointElement, Tooltip);

interface Props {
  chart: ChartData;
  /** Told when the drawing is there, and when it goes; the same function at each rendering. */
  onDrawn: (isDrawn: boolean) => void;
}

/** The drawing itself; it needs a browser. Its numbers are in the table below it. Drawn again only where the chart is another one. */
export const ChartCanvas = memo(function ChartCanvas({ chart, onDrawn }: Props) {
  useEffect(() => {
    onDrawn(true);
    return () => onDrawn(false);
  }, [onDrawn]);
  const scheme = useComputedColorScheme("light");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the style sheet's colours follow the scheme
  const colours = useMemo(readColours, [scheme]);
  const { type, format, points, title } = chart;
  const labels = points.map(({ label }) => label);
  const values = points.map(({ value }) => value);
  const alt = `${title}: the same numbers are in the table below.`;
  if (type === "doughnut") {
    const dataset = { data: values, backgroundColor: colours.series, borderColor: colours.surface, borderWidth: 2 };
    return <Doughnut data={{ labels, datasets: [dataset] }} options={doughnutOptions(colours)} role="img" aria-label={alt} />;
  }
  if (type === "line") {
    const colour = colours.series[1] ?? colours.ink;
    const dataset: ChartDataset<"line", (number | null)[]> = {
      data: values,
      borderColor: colour,
      backgroundColor: `${colour}24`,
      borderWidth: 2,
      fill: "origin",
      tension: 0.25,
      cubicInterpolationMode: "monotone",
      pointRadius: 2.5,
      pointBackgroundColor: colour,
    };
    return <Line data={{ labels, datasets: [dataset] }} options={lineOptions(colours, format, values)} role="img" aria-label={alt} />;
  }
  const ranks = type === "ranks";
  const dataset: ChartDataset<"bar", (number | null)[]> = {
    data: values,
    backgroundColor: ranks ? colours.series : colours.series[0],
    borderRadius: 3,
    maxBarThickness: ranks ? 22 : 46,
    categoryPercentage: 0.82,
    barPercentage: 0.92,
  };
  const options = ranks ? rankOptions(colours, format, values) : barOptions(colours, format, values);
  return <Bar data={{ labels, datasets: [dataset] }} options={options} role="img" aria-label={alt} />;
});
