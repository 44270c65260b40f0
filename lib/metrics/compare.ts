import type { MetricFormat } from "./catalogue";
import { formatPercent, NOTHING } from "./format-value";

export interface Change {
  /** `+12 %`, `−2.1 points so far`, `no change`, or a dash where the two cannot be compared. */
  text: string;
  direction: "up" | "down" | "same" | "none";
  /** Whether that is good for most sites. */
  tone: "good" | "bad" | "neutral";
}

const MINUS = "\u2212";
const points = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/**
 * A value against the one of the previous period. Shares change by percentage points, all else by a share of the previous value. A period that still
 * runs is compared with a whole one, so its change is told without a judgement. What rounds to nothing is no change.
 */
export function compareValues(
  metric: { format: MetricFormat; better: "higher" | "lower" | null },
  now: number | null,
  before: number | null,
  isRunning = false,
): Change {
  if (now === null || before === null) return { text: NOTHING, direction: "none", tone: "neutral" };
  const change = describeChange(metric.format, now, before);
  if (change === null) return { text: isRunning ? "no change so far" : "no change", direction: "same", tone: "neutral" };
  const direction = now > before ? "up" : "down";
  if (isRunning) return { text: `${change} so far`, direction, tone: "neutral" };
  const tone = metric.better === null ? "neutral" : (metric.better === "higher") === (direction === "up") ? "good" : "bad";
  return { text: change, direction, tone };
}

/** The change in words, or null where none is left after rounding. */
function describeChange(format: MetricFormat, now: number, before: number): string | null {
  const sign = now > before ? "+" : MINUS;
  const difference = Math.abs(now - before);
  if (difference === 0) return null;
  if (format === "percent") {
    const written = points.format(difference * 100);
    return written === "0" ? null : `${sign}${written}\u00a0points`;
  }
  if (before === 0) return "from none";
  const share = difference / before;
  if (share >= 10) return `×\u00a0${points.format(now / before)}`;
  const written = formatPercent(share);
  return written === formatPercent(0) ? null : `${sign}${written}`;
}
