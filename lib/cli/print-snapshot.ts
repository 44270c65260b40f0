import { METRICS } from "../metrics/catalogue";
import { compareValues } from "../metrics/compare";
import { formatCount, formatPercent, formatValue } from "../metrics/format-value";
import { metricNumber } from "../metrics/metric-number";
import { isRunning } from "../metrics/running";
import type { MetricValues, Snapshot } from "../metrics/snapshot";
import { periodLabel, previousLabel } from "../metrics/time-labels";

const ROUTES = 10;

function pad(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("   ")
      .trimEnd(),
  );
}

const genderLine = ({ genderRatio: { m, f, unknown } }: MetricValues) =>
  `m ${formatCount(m)} · f ${formatCount(f)} · unknown ${formatCount(unknown)}`;

/** A snapshot as a table for a terminal: each metric, the period before, the change; then people by gender and views by route. */
export function printSnapshot(snapshot: Snapshot): string {
  const { site, period, date, timezone, lens, asOf, metrics, previous } = snapshot;
  const running = isRunning(snapshot, Date.parse(asOf));
  const numbers = METRICS.filter(({ id }) => id !== "genderRatio").map((metric) => {
    const [now, before] = [metricNumber(metrics, metric.id), metricNumber(previous.metrics, metric.id)];
    return [
      metric.label,
      formatValue(metric.format, now),
      formatValue(metric.format, before),
      compareValues(metric, now, before, running).text,
    ];
  });
  const routes = metrics.pageViews
    .slice(0, ROUTES)
    .map(({ route, views, share }) => [`  ${route}`, formatCount(views), formatPercent(share)]);
  const more = metrics.pageViews.length - routes.length;
  return [
    `${site} · ${periodLabel(period, date)} (${timezone}) · ${lens === "all" ? "all visits" : "signed in"}`,
    "",
    ...pad([["", "value", previousLabel(period, date), "change"], ...numbers]),
    "",
    `Gender: ${genderLine(metrics)}`,
    ...(routes.length > 0 ? ["Page views:", ...pad(routes)] : ["Page views: none"]),
    ...(more > 0 ? [`  … and ${more} more routes`] : []),
    "",
  ].join("\n");
}
