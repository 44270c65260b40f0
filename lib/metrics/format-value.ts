import type { MetricFormat } from "./catalogue";

/** Joins a number and its unit, so that a line never breaks between them. */
const NBSP = "\u00a0";
/** What stands where there is nothing to divide by. */
export const NOTHING = "–";

const count = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const twoDecimals = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export const formatCount = (value: number): string => count.format(value);

/** A fraction as a percentage: 0.1234 → `12.3 %`. */
export const formatPercent = (fraction: number): string => `${oneDecimal.format(fraction * 100)}${NBSP}%`;

/** Seconds as people say them: `2.5 s`, `42 s`, `2 m 3 s`, `1 h 5 m`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${oneDecimal.format(seconds)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${NBSP}s`;
  const minutes = whole < 3600 ? Math.floor(whole / 60) : Math.round(whole / 60);
  if (minutes < 60) return [`${minutes}${NBSP}m`, `${whole % 60}${NBSP}s`].join(NBSP);
  return [`${count.format(Math.floor(minutes / 60))}${NBSP}h`, `${minutes % 60}${NBSP}m`].join(NBSP);
}

/** Milliseconds of a response: `4 ms`, `1.2 s`. */
export const formatMilliseconds = (ms: number): string =>
  ms < 1000 ? `${count.format(ms)}${NBSP}ms` : `${oneDecimal.format(ms / 1000)}${NBSP}s`;

/** A metric's value for a person; `null`, a ratio or mean over nothing, is a dash. */
export function formatValue(format: MetricFormat, value: number | null): string {
  if (value === null) return NOTHING;
  switch (format) {
    case "percent":
      return formatPercent(value);
    case "duration":
      return formatDuration(value);
    case "decimal":
      return twoDecimals.format(value);
    default:
      return formatCount(value);
  }
}

/** The same for the ticks of an axis, where room is short: `12k`, `40 %`, `2 m`. */
export function formatTick(format: MetricFormat, value: number): string {
  if (format === "percent") return `${oneDecimal.format(value * 100)}${NBSP}%`;
  if (format === "duration") return value >= 60 && value % 60 === 0 && value < 3600 ? `${value / 60}${NBSP}m` : formatDuration(value);
  return compact.format(value);
}
