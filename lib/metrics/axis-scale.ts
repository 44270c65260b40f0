import type { MetricFormat } from "./catalogue";

/** Steps at which an axis of seconds reads well: up to a minute, an hour, a day. */
const SECOND_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const TICKS = 5;

/** An axis from zero: where it ends, and where it is marked. */
export interface AxisScale {
  max: number;
  ticks: number[];
}

function decimalStep(max: number): number {
  const rough = max / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (([1, 2, 5].find((each) => each * power >= rough * 0.999) ?? 10) * power) as number;
}

function stepFor(format: MetricFormat, max: number): number {
  if (format === "duration") return SECOND_STEPS.find((each) => max / each <= TICKS) ?? decimalStep(max / 86_400) * 86_400;
  const step = decimalStep(max);
  return format === "percent" || format === "decimal" ? step : Math.max(step, 1);
}

/** The axis for values up to `highest`, with few, round marks. A share's axis never goes beyond the whole. */
export function axisScale(format: MetricFormat, highest: number): AxisScale {
  const least = format === "percent" ? 0.05 : format === "duration" ? 10 : 4;
  const top = Math.max(highest, least);
  const step = stepFor(format, top);
  const count = Math.ceil(top / step - 1e-9);
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}
