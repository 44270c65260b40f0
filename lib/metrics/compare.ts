import type { MetricFormat } from "./catalogue";
import { formatPercent, NOTHING } from "./format-value";

export interface Change {
  /** `+12 %`, `−2.1 points`, `no change`, or a dash where the two cannot be compared. */
  text: string;
  direction: "up" | "down" | "same" | "none";
  /** Whether that is good for most sites. */
  tone: "good" | "bad" | "neutral";
}

const MINUS = "\u2212";
const points = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** A value against the one of the previous period. Shares change by percentage points, all else by a share of the previous value. */
export function compareValues(
  metric: { format: MetricFormat; better: "higher" | "lower" | null },
  now: number | null,
  before: number | null,
): Change {
  const none: Change = { text: NOTHING, direction: "none", tone: "neutral" };
  if (now === null || before === null) return none;
  if (now === before) return { text: "no change", direction: "same", tone: "neutral" };
  const direction = now > before ? "up" : "down";
  const sign = direction === "up" ? "+" : MINUS;
  const tone = metric.better === null ? "neutral" : (metric.better === "higher") === (direction === "up") ? "good" : "bad";
  if (metric.format === "percent") return { text: `${sign}${points.format(Math.abs(now - before) * 100)}\u00a0points`, direction, tone };
  if (before === 0) return { text: "from none", direction, tone };
  const share = Math.abs(now - before) / before;
  const text = share >= 10 ? `×\u00a0${points.format(now / before)}` : `${sign}${formatPercent(share)}`;
  return { text, direction, tone };
}
