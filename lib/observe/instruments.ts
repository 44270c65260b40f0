import { Histogram, Registry } from "prom-client";

const slot = Symbol.for("footfall.instruments");
type Instruments = { registry: Registry; commit: Histogram; compute: Histogram<"question"> };
type Holder = { [slot]?: Instruments };

/** What is measured as it happens. One for the process: Next loads routes and instrumentation as separate module graphs. */
export function instruments(): Instruments {
  const holder = globalThis as Holder;
  holder[slot] ??= makeInstruments();
  return holder[slot];
}

function makeInstruments(): Instruments {
  const registry = new Registry();
  const commit = new Histogram({
    name: "footfall_commit_seconds",
    help: "Time that a batch of events took to commit.",
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const compute = new Histogram({
    name: "footfall_compute_seconds",
    help: "Time that an answer for the live dashboards took to compute.",
    labelNames: ["question"] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return { registry, commit, compute };
}

/** Measures how long a live question takes to answer. */
export async function timeCompute<Result>(question: "snapshot" | "feed", compute: () => Promise<Result>): Promise<Result> {
  const stop = instruments().compute.startTimer({ question });
  try {
    return await compute();
  } finally {
    stop();
  }
}
