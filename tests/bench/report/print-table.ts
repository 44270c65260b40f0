import { type Figure, isSane, meets, type Reading } from "../measurement";

/** What became of a figure. */
export interface Result {
  figure: Figure;
  reading?: Reading;
  error?: string;
}

/** A number with as many digits as it deserves. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

export const formatBudget = ({ budget }: Figure): string =>
  "atLeast" in budget ? `≥ ${formatNumber(budget.atLeast)}` : `≤ ${formatNumber(budget.atMost)}`;

export const formatSpread = ({ low, high }: Reading): string =>
  low === undefined || high === undefined ? "" : `${formatNumber(low)}–${formatNumber(high)}`;

export const formatMark = ({ figure, reading, error }: Result): string =>
  reading ? (meets(figure, reading) ? "✓" : "✗") : error ? "!" : "";

/** A smoke run says nothing about budgets. */
const formatSanity = ({ figure, reading, error }: Result): string =>
  error ? "!" : figure.sane ? (isSane(figure, reading) ? "sane" : "absurd") : "";

/** The results for a terminal: figure, value, budget, mark, spread, and what to know about it. */
export function printTable(results: readonly Result[], quick: boolean): string {
  const rows = results.map((result) => {
    const { figure, reading, error } = result;
    const value = reading ? `${formatNumber(reading.value)} ${figure.unit}`.trim() : "not measured";
    return [
      figure.key,
      value,
      formatBudget(figure),
      quick ? formatSanity(result) : formatMark(result),
      reading ? formatSpread(reading) : "",
      error ?? reading?.note ?? "",
    ];
  });
  const lines = alignColumns([["figure", "value", "budget", "", "spread", ""], ...rows]);
  const remark = quick ? "\n  A smoke run: sizes are tiny, so only the harness and the sanity of ratios are judged.\n" : "";
  return `\n${lines.map((line) => `  ${line}`).join("\n")}\n${remark}`;
}

function alignColumns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
