import { InvalidArgumentError } from "commander";
import { runTraffic, type TrafficOptions } from "../demo/traffic/run-traffic";
import { env } from "../env";
import { runCommand } from "./command";
import { printTraffic } from "./print-traffic";
import { startProgressBar } from "./progress-bar";

const between = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!(value >= min && value <= max)) throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  return value;
};

await runCommand("traffic", "Sends realistic visitors through the running app over HTTP, on this machine only.", (command) => {
  command
    .option("--users <N>", "how many people at a time", between(1, 500), 20)
    .option("--minutes <N>", "for how long", between(0.01, 24 * 60), 2)
    .option("--rate <N>", "page requests a second of all together, about (default: half the users)", between(0.1, 2_000))
    .option("--seed <N>", "the same number chooses the same walks", between(0, 2 ** 53))
    .option("--url <URL>", "where the app runs", `http://localhost:${env().PORT}`)
    .option("--json", "print the summary as JSON")
    .action(async ({ json, ...options }: TrafficOptions & { json?: boolean }) => {
      const leaving = new AbortController();
      const leave = () => leaving.abort();
      process.once("SIGINT", leave).once("SIGTERM", leave);
      const bar = startProgressBar("  {bar} {value} of {total} s · {requests} requests · {failures} failed");
      const total = Math.ceil(options.minutes * 60);
      const summary = await runTraffic({
        ...options,
        users: Math.round(options.users),
        signal: leaving.signal,
        onProgress: ({ seconds, requests, failures }) =>
          bar.update(Math.min(total, Math.round(seconds)), total, { requests: String(requests), failures: String(failures) }),
      }).finally(bar.stop);
      process.off("SIGINT", leave).off("SIGTERM", leave);
      process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : printTraffic(summary));
      if (summary.failures > 0) process.exitCode = 1;
    });
});
