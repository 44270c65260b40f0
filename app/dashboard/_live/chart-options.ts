import type { ChartOptions, Scale, TooltipOptions } from "chart.js";
import type { MetricFormat } from "@/lib/metrics/catalogue";
import { formatCount, formatPercent, formatTick, formatValue } from "@/lib/metrics/format-value";
import type { Colours } from "./read-colours";

/** Live numbers move in place; a chart that swings at every change would be unrest. */
const still = { animation: false, maintainAspectRatio: false, responsive: true, layout: { padding: { top: 8, right: 4 } } } as const;
const TICKS = 5;
/** Steps at which an axis of seconds reads well: up to a minute, an hour, a day. */
const SECOND_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

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
  return {
    beginAtZero: true,
    // An empty chart still has a readable scale.
    suggestedMax: format === "percent" ? 0.05 : format === "duration" ? 10 : 4,
    border: { display: false },
    grid: { color: colours.grid },
    // No share is more than the whole.
    afterDataLimits: (axis: Scale) => {
      if (format === "percent") axis.max = Math.min(axis.max, 1);
    },
    afterBuildTicks: (axis: Scale) => {
      if (format !== "duration") return;
      const step = SECOND_STEPS.find((each) => axis.max / each <= TICKS) ?? axis.max / TICKS;
      axis.ticks = Array.from({ length: Math.ceil(axis.max / step) + 1 }, (_, index) => ({ value: index * step }));
      axis.max = (axis.ticks.length - 1) * step;
    },
    ticks: {
      color: colours.soft,
      font: font(colours),
      maxTicksLimit: TICKS + 1,
      ...((format === "count" || format === "routes") && { precision: 0 }),
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
