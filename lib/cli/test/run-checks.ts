import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../../app-error";
import { inheritedEnv } from "../../env";
import { ensureBuild } from "../app/ensure-build";
import { audit } from "./audit";
import { countPlaywright, countVitest, judge } from "./read-report";
import type { CheckResult } from "./summarise-checks";

// Against what hangs, not against what is slow: a busy machine takes several times as long.
const CHECK_MS = 40 * 60_000;
// Tests mostly wait for databases and processes of their own: on two cores Vitest would take but one of them.
const WORKERS = Math.max(2, availableParallelism() - 1);

type Count = { passed: number; failed: number };
type Check = { name: string; run: (reports: string) => Promise<Count> };

/** What decides about a running app must not reach the tests: they bring their own database, and no test may touch that of a person. */
const NOT_FOR_TESTS = [
  "DATABASE_URL",
  "FOOTFALL_DATA_DIR",
  "OWNER_EMAIL",
  "OWNER_PASSWORD",
  "AUTH_SECRET",
  "PORT",
  "FOOTFALL_IDENTITY",
  "TRUSTED_PROXIES",
];

function testEnv(extra: Record<string, string>): NodeJS.ProcessEnv {
  const env = inheritedEnv({ NEXT_TELEMETRY_DISABLED: "1", ...extra });
  for (const name of NOT_FOR_TESTS) delete env[name];
  return env;
}

/** Runs a program of node_modules with its output on the screen, and gives its exit code. */
function runTool(script: string, args: string[], extra: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], {
      env: testEnv(extra),
      stdio: ["ignore", "inherit", "inherit"],
      timeout: CHECK_MS,
    });
    const stop = () => child.kill("SIGTERM");
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const done = (code: number) => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve(code);
    };
    child.once("error", () => done(1));
    child.once("close", (code) => done(code ?? 1));
  });
}

const oneCheck = async (exitCode: Promise<number>): Promise<Count> =>
  (await exitCode) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
const reportOf = (path: string) => readFile(path, "utf8").catch(() => undefined);

async function runVitest(project: string, reports: string): Promise<Count> {
  const path = join(reports, `${project}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const code = await runTool("node_modules/vitest/vitest.mjs", ["run", "--project", project, `--maxWorkers=${WORKERS}`, ...reporters]);
  return judge(await reportOf(path), countVitest, code);
}

async function runPlaywright(reports: string): Promise<Count> {
  const path = join(reports, "browser.json");
  const code = await runTool("node_modules/@playwright/test/cli.js", ["test", "--reporter=list,json"], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: path,
  });
  return judge(await reportOf(path), countPlaywright, code);
}

async function build(): Promise<Count> {
  await ensureBuild((text) => process.stdout.write(`  ${text} …\n`));
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
    ensureBrowser((text) => process.stdout.write(`  ${text} …\n`));
    return run();
  };
  const checks: Check[] = [
    { name: "lint", run: () => oneCheck(runTool("node_modules/@biomejs/biome/bin/biome", ["check", "."])) },
    { name: "types", run: () => oneCheck(runTool("node_modules/typescript/bin/tsc", ["--noEmit"])) },
    { name: "audit", run: () => audit(only?.includes("audit") ?? false) },
    { name: "unit", run: (reports) => runVitest("unit", reports) },
    { name: "integration", run: (reports) => runVitest("integration", reports) },
    { name: "bench", run: () => oneCheck(runTool("lib/cli/run.mjs", ["bench", "--quick"])) },
    { name: "build", run: build },
    { name: "server", run: async (reports) => withBrowser(() => runVitest("server", reports)) },
    { name: "chaos", run: (reports) => runVitest("chaos", reports) },
    { name: "browser", run: async (reports) => withBrowser(() => runPlaywright(reports)) },
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
    for (const { name, run } of checks.filter((check) => !only || only.includes(check.name))) {
      process.stdout.write(`\n── ${name}\n`);
      const started = performance.now();
      const count = await run(reports).catch((error: Error) => {
        process.stdout.write(`${error.message}\n`);
        return { passed: 0, failed: 1 };
      });
      results.push({ name, ...count, seconds: (performance.now() - started) / 1000 });
      // Whoever presses Ctrl-C wants no further check; the one under way was cut off, so it counts as failed.
      if (stopped) break;
    }
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    await rm(reports, { recursive: true, force: true });
  }
  return results;
}
