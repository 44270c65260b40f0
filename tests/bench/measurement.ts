import type { Bench } from "./support/bench";

/** What a figure has to reach. */
export type Budget = { atLeast: number } | { atMost: number };

/** A line of the performance budget. */
export interface Figure {
  key: string;
  title: string;
  /** `×` for a ratio within one run; the rest are absolute and of this machine. */
  unit: string;
  budget: Budget;
  /** Only of ratios: outside of this even a smoke run on a busy machine means that something is broken. */
  sane?: readonly [number, number];
}

/** What was measured: the median of the repeats with their spread, and what a reader has to know about it. */
export interface Reading {
  value: number;
  low?: number;
  high?: number;
  note?: string;
}

/** One way of measuring, which gives one figure or a few that belong together. */
export interface Measurement {
  name: string;
  figures: readonly Figure[];
  /** Whether a smoke run has time for it. */
  quick: boolean;
  /** A reading for each figure, by its key. */
  measure(bench: Bench): Promise<Record<string, Reading>>;
}

export const meets = ({ budget }: Figure, { value }: Reading): boolean =>
  "atLeast" in budget ? value >= budget.atLeast : value <= budget.atMost;

/** Whether a ratio is one at all; what is no ratio always is. */
export const isSane = ({ sane }: Figure, reading: Reading | undefined): boolean =>
  sane === undefined || (reading !== undefined && reading.value >= sane[0] && reading.value <= sane[1]);
