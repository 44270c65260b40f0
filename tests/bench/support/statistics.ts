import type { Reading } from "../measurement";

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** The value below which that fraction of the values lies (nearest rank). NaN without values. */
export function percentile(values: readonly number[], fraction: number): number {
  return sorted(values)[Math.max(0, Math.ceil(values.length * fraction) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const order = sorted(values);
  const middle = Math.floor(order.length / 2);
  const upper = order[middle] ?? Number.NaN;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of repeats, with the lowest and the highest. */
export const summarise = (values: readonly number[], note?: string): Reading => ({
  value: median(values),
  low: Math.min(...values),
  high: Math.max(...values),
  ...(note !== undefined && { note }),
});
