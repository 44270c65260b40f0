import { spawn } from "node:child_process";
import { inheritedEnv } from "../../env";

// Against what hangs, not against what is slow: a busy machine takes several times as long.
const CHECK_MS = 40 * 60_000;

/** Where a check's output goes: to the screen as it comes, or held back and said later. */
export type Words = { held: boolean; say: (text: string) => void };

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

/** Runs a program of node_modules with its output on the screen, now or in the end, and gives its exit code. */
export function runTool(script: string, args: string[], { held, say }: Words, extra: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const output = held ? "pipe" : "inherit";
    const child = spawn(process.execPath, [script, ...args], {
      env: testEnv(extra),
      stdio: ["ignore", output, output],
      timeout: CHECK_MS,
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", say);
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
