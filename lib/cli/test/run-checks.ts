import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../app-error";
import { ensureBuild } from "../app/ensure-build";
import { audit } from "./audit";
import { countPlaywright, countVitest, judge } from "./read-report";
import { runTool, type Words } from "./run-tool";
import type { CheckResult } from "./summarise-checks";

// Tests mostly wait for databases and processes of their own: on two cores Vitest would take but one of them.
const WORKERS = Math.max(2, availableParallelism() - 1);

type Count = { passed: number; failed: number };
/** A check that is `beside` runs at the same time as the one before it, and says what it has to say when that has ended. */
type Check = { name: string; beside?: true; built?: true; run: (reports: string, words: Words) => Promise<Count> };

const oneCheck = async (exitCode: Promise<number>): Promise<Count> =>
  (await exitCode) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
const reportOf = (path: string) => readFile(path, "utf8").catch(() => undefined);

async function runVitest(project: string, reports: string, words: Words): Promise<Count> {
  const path = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const args = ["run", "--project", project, `--maxWorkers=${WORKERS}`, ...reporters];
  const code = await runTool("node_modules/vitest/vitest.mjs", args, words);
  return judge(await reportOf(path), countVitest, code);
}

async function runPlaywright(reports: string, words: Words): Promise<Count> {
  const path = join(reports, "browser.json");
  const code = await runTool("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json"], words, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: path,
  });
  return judge(await reportOf(path), countPlaywright, code);
}

const onScreen = (text: string) => void process.stdout.write(text);

async function build(): Promise<Count> {
  await ensureBuild((text) => onScreen(`  ${text} …\n`));
  return { passed: 1, failed: 0 };
}

/**
 * Runs the checks in order, each even when one before it failed, and tells how each ended.
 * `only` picks some by name. Throws AppError `invalid` for a name that is none.
 */
export async function runChecks(
  only: string[] | undefined,
  ensureBrowser: (step: (text: string) => void) => string,
): Promise<CheckResult[]> {
  const withBrowser = (run: () => Promise<Count>) => {
    ensureBrowser((text) => onScreen(`  ${text} …\n`));
    return run();
  };
  const checks: Check[] = [
    { name: "lint", run: (_, words) => oneCheck(runTool("node_modules/@biomejs/biome/bin/biome", ["check", "."], words)) },
    { name: "types", run: (_, words) => oneCheck(runTool("node_modules/typescript/bin/tsc", ["--noEmit"], words)) },
    { name: "audit", run: () => audit(only?.includes("audit") ?? false) },
    { name: "unit", run: (reports, words) => runVitest("unit", reports, words) },
    { name: "integration", run: (reports, words) => runVitest("integration", reports, words) },
    { name: "bench", run: (_, words) => oneCheck(runTool("lib/cli/run.mjs", ["bench", "--quick"], words)) },
    { name: "build", run: build },
    { name: "server", built: true, run: async (reports, words) => withBrowser(() => runVitest("server", reports, words)) },
    // Faults are mostly waited for, while the tests of a running server ask it one thing after the other: together they take two thirds of the time.
    { name: "chaos", built: true, beside: true, run: (reports, words) => runVitest("chaos", reports, words) },
    { name: "browser", built: true, run: async (reports, words) => withBrowser(() => runPlaywright(reports, words)) },
  ];
  const unknown = only?.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined)
    throw new AppError("invalid", `There is no check "${unknown}"; there are ${checks.map(({ name }) => name).join(", ")}.`);

  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const reports = await mkdtemp(join(tmpdir(), "footfall-reports-"));
  const results: CheckResult[] = [];
  try {
    for (const together of groupChecks(checks.filter(({ name }) => !only || only.includes(name)))) {
      if (together.some(({ built }) => built)) await build();
      const running = together.map((check, index) => runCheck(check, reports, index > 0));
      for (const check of running) {
        const { words, ...result } = await check;
        onScreen(words);
        results.push(result);
      }
      // Whoever presses Ctrl-C wants no further check; the one under way was cut off, so it counts as failed.
      if (stopped) break;
    }
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await rm(reports, { recursive: true, force: true });
  }
  return results;
}

function groupChecks(checks: readonly Check[]): Check[][] {
  const groups: Check[][] = [];
  for (const check of checks) {
    const last = groups.at(-1);
    if (check.beside && last) last.push(check);
    else groups.push([check]);
  }
  return groups;
}

/** `words` is what is still to be said of a check whose output was held back. */
async function runCheck({ name, run }: Check, reports: string, held: boolean): Promise<CheckResult & { words: string }> {
  let words = "";
  const say = (text: string) => {
    if (held) words += text;
    else onScreen(text);
  };
  say(`\n── ${name}\n`);
  const started = performance.now();
  const count = await run(reports, { held, say }).catch((error: Error) => {
    say(`${error.message}\n`);
    return { passed: 0, failed: 1 };
  });
  return { name, ...count, seconds: (performance.now() - started) / 1000, words };
}
