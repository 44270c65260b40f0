import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..", "..");

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a command of lib/cli as a process of its own, as `npm run NAME -- …args` does, on that database. */
export function startCommand(name: string, args: readonly string[], databaseUrl: string) {
  const child = spawn(process.execPath, ["--import", "tsx", join(ROOT, "lib", "cli", `${name}.ts`), ...args], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: CommandResult = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    result.stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    result.stderr += chunk;
  });
  const ended = new Promise<CommandResult>((done, reject) => {
    child.on("error", reject);
    child.on("close", (code) => done({ ...result, code }));
  });
  return { child, ended };
}

/** Runs it to its end. */
export const runCommand = (name: string, args: readonly string[], databaseUrl: string): Promise<CommandResult> =>
  startCommand(name, args, databaseUrl).ended;
