import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { readCounters } from "../capture/counters";
import { captureState } from "../capture/state";
import { readLiveStats } from "../live/live";
import { instruments } from "./instruments";

const FAMILIES = [
  ["event:", "footfall_events_total", "Events recorded, by kind.", "kind"],
  ["dropped:", "footfall_dropped_total", "Events that were lost or refused, by reason.", "reason"],
  ["excluded:", "footfall_excluded_total", "Requests stored apart from every metric, by category.", "category"],
  ["ignored:", "footfall_ignored_total", "Requests that are no events, by reason.", "reason"],
] as const;

const TOTALS = {
  committed: "Events committed.",
  duplicates: "Events that were known already.",
  commits: "Batches committed.",
  "commit-failures": "Rounds of commits that failed and will be tried again.",
  spooled: "Events written to the spool.",
  replayed: "Events read back from the spool and committed.",
  "spool-set-aside": "Times that a file of the spool could not be read or removed.",
} as const;

/** Everything a server of this product measures of itself, in the text format of Prometheus. Counters begin with the process. */
export async function exposeMetrics(): Promise<{ text: string; contentType: string }> {
  const counted = new Registry();
  addCounters(counted);
  addGauges(counted);
  const { registry } = instruments();
  if (!registry.getSingleMetric("process_cpu_user_seconds_total")) collectDefaultMetrics({ register: registry });
  const text = await Registry.merge([counted, registry]).metrics();
  return { text, contentType: Registry.PROMETHEUS_CONTENT_TYPE };
}

function addCounters(register: Registry): void {
  const counters = readCounters();
  for (const [prefix, name, help, label] of FAMILIES) {
    const counter = new Counter({ name, help, labelNames: [label], registers: [register] });
    for (const [key, amount] of Object.entries(counters))
      if (key.startsWith(prefix)) counter.inc({ [label]: key.slice(prefix.length) } as Record<typeof label, string>, amount);
  }
  for (const [key, help] of Object.entries(TOTALS)) {
    const name = `footfall_${key.replaceAll("-", "_")}_total`;
    new Counter({ name, help, registers: [register] }).inc(counters[key] ?? 0);
  }
}

function addGauges(register: Registry): void {
  const buffer = captureState().recorder?.status();
  const live = readLiveStats();
  const gauges: Record<string, [help: string, value: number]> = {
    footfall_buffer_events: ["Events that wait in memory.", buffer?.queued ?? 0],
    footfall_buffer_capacity_events: ["Events that may wait in memory.", buffer?.capacity ?? 0],
    footfall_spool_bytes: ["Bytes of events that wait on disk.", buffer?.spooledBytes ?? 0],
    footfall_spool_usable: ["Whether events can wait on disk: 0 where the spool's folder or disk refuses.", buffer?.spool === "ok" ? 1 : 0],
    footfall_spool_set_aside_files: ["Files of the spool that cannot be read or removed.", buffer?.setAside ?? 0],
    footfall_database_healthy: ["Whether the last commit succeeded.", buffer?.healthy ? 1 : 0],
    footfall_viewers: ["Open live dashboards.", live?.viewers ?? 0],
    footfall_questions: ["Different questions that they watch.", live?.topics ?? 0],
    footfall_running_requests: ["Requests under way.", captureState().running.size],
  };
  for (const [name, [help, value]] of Object.entries(gauges)) new Gauge({ name, help, registers: [register] }).set(value);
}
