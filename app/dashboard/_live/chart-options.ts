import type { ChartOptions, Scale, TooltipOptions } from "chart.js";
import { axisScale } from "@/lib/metrics/axis-scale";
import type { MetricFormat } from "@/lib/metrics/catalogue";
import { formatCount, formatPercent, formatTick, formatValue } from "@/lib/metrics/format-value";
import type { Colours } from "./read-colours";

/** Live numbers move in place; a chart that swings at every change would be unrest. */
const still = { animation: false, maintainAspectRatio: false, responsive: true, layout: { padding: { top: 8, right: 4 } } } as const;
const font = (colours: Colours) => ({ family: colours.font, size: 11 });

function tooltip(colours: Colours): Partial<TooltipOptions> {
  return {
    backgroundColor: colours.ink,
    titleColor: colours.surface,
    bodyColor: colours.surface,
    titleFont: { family: colours.font, size: 12 },
    bodyFont: { family: colours.font, size: 12 },
    padding: 8,
    cornerRadius: 6,
    displayColors: false,
  };
}

function valueAxis(colours: Colours, format: MetricFormat) {
  let scale = axisScale(format, 0);
  return {
    beginAtZero: true,
    border: { display: false },
    grid: { color: colours.grid },
    // The same axis as on paper.
    afterDataLimits: (axis: Scale) => {
      scale = axisScale(format, Number.isFinite(axis.max) ? axis.max : 0);
      axis.max = scale.max;
    },
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = scale.ticks.map((value) => ({ value }));
    },
    ticks: {
      color: colours.soft,
      font: font(colours),
      callback: (value: string | number) => formatTick(format, Number(value)),
    },
  };
}

const nameAxis = (colours: Colours) => ({
  border: { color: colours.grid },
  grid: { display: false },
  ticks: { color: colours.soft, font: font(colours), maxRotation: 0, autoSkipPadding: 14 },
});

export const barOptions = (colours: Colours, format: MetricFormat): ChartOptions<"bar"> => ({
  ...still,
  interaction: { mode: "index", intersect: false },
  scales: { x: nameAxis(colours), y: valueAxis(colours, format) },
  plugins: { tooltip: { ...tooltip(colours), callbacks: { label: ({ parsed }) => formatValue(format, parsed.y) } } },
});

export const lineOptions = (colours: Colours, format: MetricFormat): ChartOptions<"line"> => ({
  ...still,
  interaction: { mode: "index", intersect: false },
  scales: { x: nameAxis(colours), y: valueAxis(colours, format) },
  plugins: { tooltip: { ...tooltip(colours), callbacks: { label: ({ parsed }) => formatValue(format, parsed.y) } } },
});

/** Bars that lie, longest first: names need the width. */
export const rankOptions = (colours: Colours, format: MetricFormat): ChartOptions<"bar"> => ({
  ...still,
  indexAxis: "y",
  interaction: { mode: "index", intersect: false, axis: "y" },
  scales: { x: valueAxis(colours, format), y: { ...nameAxis(colours), ticks: { ...nameAxis(colours).ticks, autoSkip: false } } },
  plugins: { tooltip: { ...tooltip(colours), callbacks: { label: ({ parsed }) => formatValue(format, parsed.x) } } },
});

export const doughnutOptions = (colours: Colours): ChartOptions<"doughnut"> => ({
  ...still,
  cutout: "64%",
  plugins: {
    tooltip: {
      ...tooltip(colours),
      callbacks: {
        label: ({ parsed, dataset }) => {
          const total = dataset.data.reduce((sum, value) => sum + (value ?? 0), 0);
          return total ? `${formatCount(parsed)} (${formatPercent(parsed / total)})` : formatCount(parsed);
        },
      },
    },
  },
});
