import { DEEDS, type TrafficSummary } from "../demo/traffic/tally";

const ms = (value: number | null) => (value === null ? "–" : `${value.toFixed(value < 10 ? 1 : 0)} ms`);

/** A run's summary for a terminal. */
export function printTraffic({ requests, failures, failed, deeds, statuses, medianMs, p95Ms, seconds }: TrafficSummary): string {
  const done = DEEDS.filter((deed) => deeds[deed] > 0).map((deed) => `${deed} ${deeds[deed]}`);
  const answers = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  return [
    `${requests} requests in ${seconds.toFixed(1)} s (${(requests / seconds).toFixed(1)} a second), median ${ms(medianMs)}, p95 ${ms(p95Ms)}`,
    `  people: ${done.join(" · ") || "nothing"}`,
    `  answers: ${answers.join(" · ") || "none"}`,
    `  failures: ${failures}`,
    ...failed.map((what) => `    ${what}`),
    ...(failures > failed.length ? [`    … and ${failures - failed.length} more`] : []),
    "",
  ].join("\n");
}
