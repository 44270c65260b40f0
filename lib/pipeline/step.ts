import type { Db } from "../db/client";
import type { LocalDay } from "../metrics/calendar";
import type { SiteFiles } from "./site-files";

/** The steps of a day, in the order of the graph: `launches` runs beside the others, each of which needs the one before. */
export const STEPS = ["launches", "extract", "transform", "load", "reconcile", "publish"] as const;
export type StepName = (typeof STEPS)[number];

/** What a task gets to work with. */
export interface StepContext {
  runId: string;
  site: { id: number; slug: string; timezone: string };
  day: LocalDay;
  /** The range of a backfill, which its last day sums up; null for a single night. */
  range: { from: string; to: string } | null;
  db: Db;
  databaseUrl: string;
  files: SiteFiles;
  /** The run's own folder. */
  work: string;
  /** Fires when the run is cancelled. */
  signal: AbortSignal | undefined;
  /** Adds a line to the log of the step. */
  log(line: string): void;
}

/** What a task did, for people. */
export interface StepResult {
  rows: number | null;
  bytes: number | null;
  /** Interactions of the day at extraction: when the day has other ones later, its figures are out of date. */
  actions?: number;
  /** Set when there was nothing to do, with the reason. */
  skipped?: string;
}
