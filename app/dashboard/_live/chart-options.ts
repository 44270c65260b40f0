import type { ChartOptions, Scale, TooltipOptions } from "chart.js";
import { axisScale } from "@/lib/metrics/axis-scale";
import type { MetricFormat } from "@/lib/metrics/catalogue";
import { formatCount, formatPercent, formatTick, formatValue } from "@/lib/metrics/format-value";
import type { Colours } from "./read-colours";

/** Live numbers move in place; a chart that swings at every change would be unrest. */
const still = { animation: false, maintainAspectRatio: false, responsive: true, layout: { padding: { top: 8, right: 4 } } } as const;
type Values = readonly (number | null)[];

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

/** The same axis as on paper: from the values themselves, since Chart.js makes up a span where all of them are equal. */
function valueAxis(colours: Colours, format: MetricFormat, values: Values) {
  const { max, ticks } = axisScale(format, Math.max(0, ...values.map((value) => value ?? 0)));
  return {
    min: 0,
    max,
    border: { display: false },
    grid: { color: colours.grid },
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = ticks.map((value) => ({ value }));
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

export const barOptions = (colours: Colours, format: MetricFormat, values: Values): ChartOptions<"bar"> => ({
  ...still,
  interaction: { mode: "index", intersect: false },
  scales: { x: nameAxis(colours), y: valueAxis(colours, format, values) },
  plugins: { tooltip: { ...tooltip(colours), callbacks: { label: ({ parsed }) => formatValue(format, parsed.y) } } },
});

export const lineOptions = (colours: Colours, format: MetricFormat, values: Values): ChartOptions<"line"> => ({
  ...still,
  interaction: { mode: "index", intersect: false },
  scales: { x: nameAxis(colours), y: valueAxis(colours, format, values) },
  plugins: { tooltip: { ...tooltip(colours), callbacks: { label: ({ parsed }) => formatValue(format, parsed.y) } } },
});

/** Bars that lie, longest first: names need the width. */
export const rankOptions = (colours: Colours, format: MetricFormat, values: Values): ChartOptions<"bar"> => ({
  ...still,
  indexAxis: "y",
  interaction: { mode: "index", intersect: false, axis: "y" },
  scales: { x: valueAxis(colours, format, values), y: { ...nameAxis(colours), ticks: { ...nameAxis(colours).ticks, autoSkip: false } } },
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
