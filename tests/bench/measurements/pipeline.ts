import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { inheritedEnv } from "../../../lib/env";
import type { Measurement } from "../measurement";
import type { PipelineFigures } from "../pipeline";

const PATIENCE_MS = 60 * 60_000;

/** The nightly run over one very busy day, in a process and on a database of its own: tests/bench/pipeline.ts. */
export const pipelineDay: Measurement = {
  name: "pipeline",
  quick: false,
  figures: [
    { key: "pipelineSeconds", title: "The nightly run over a day of 10M events, extract to publish", unit: "s", budget: { atMost: 90 } },
    { key: "pipelineMb", title: "Resident memory of its process at most", unit: "MB", budget: { atMost: 1_500 } },
  ],
  async measure(bench) {
    const args = ["--import", "tsx", "tests/bench/pipeline.ts", "--json", "--events", bench.quick ? "10000" : "10000000"];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      timeout: PATIENCE_MS,
      env: inheritedEnv({ NODE_ENV: "production" }),
    });
    const { seconds, cpuSeconds, totalSec, peakMb } = JSON.parse(stdout) as PipelineFigures;
    const cpu = Object.values(cpuSeconds).reduce((sum, { own, postgres }) => sum + own + postgres, 0);
    const steps = Object.entries(seconds).map(([step, spent]) => `${step} ${spent.toFixed(1)} s`);
    const note = `${steps.join(", ")}; ${cpu.toFixed(0)} s of processor time`;
    return { pipelineSeconds: { value: totalSec, note }, pipelineMb: { value: peakMb } };
  },
};
