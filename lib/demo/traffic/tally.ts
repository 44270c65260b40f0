import type { Answer } from "./browser";

/** What people did, as they see it themselves. */
export const DEEDS = [
  "visit",
  "page",
  "bounce",
  "register",
  "sign-in",
  "sign-out",
  "form accepted",
  "form refused",
  "machine request",
] as const;
export type Deed = (typeof DEEDS)[number];

export interface TrafficSummary {
  requests: number;
  /** No answer, an answer of 500 or above, or one that makes no sense after what was sent. */
  failures: number;
  /** The first of the failures, in words. */
  failed: string[];
  deeds: Record<Deed, number>;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** Milliseconds to the end of an answer. */
  medianMs: number | null;
  p95Ms: number | null;
  seconds: number;
}

const LISTED = 10;
const REMEMBERED = 50_000;

/** Counts what happens in a run, in bounded memory. */
export class Tally {
  private requests = 0;
  private failures = 0;
  private readonly failed: string[] = [];
  private readonly deeds = Object.fromEntries(DEEDS.map((deed) => [deed, 0])) as Record<Deed, number>;
  private readonly statuses: Record<string, number> = {};
  private readonly durations: number[] = [];

  readonly answer = ({ method, path, status, durationMs }: Answer): void => {
    this.durations[this.requests % REMEMBERED] = durationMs;
    this.requests += 1;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status >= 500) this.fail(`${method} ${path} answered ${status}`);
  };

  count(deed: Deed): void {
    this.deeds[deed] += 1;
  }

  fail(what: string): void {
    this.failures += 1;
    if (this.failed.length < LISTED) this.failed.push(what);
  }

  /** Requests and failures so far. */
  get progress(): { requests: number; failures: number } {
    return { requests: this.requests, failures: this.failures };
  }

  summarise(seconds: number): TrafficSummary {
    const sorted = this.durations.toSorted((one, other) => one - other);
    const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
    const { requests, failures, failed, deeds, statuses } = this;
    return { requests, failures, failed, deeds, statuses, medianMs: quantile(0.5), p95Ms: quantile(0.95), seconds };
  }
}
