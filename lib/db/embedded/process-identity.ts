import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readProcessStat } from "../../process-stat";

const run = (file: string, args: string[]) => {
  try {
    return execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};

/**
 * Names a living process: its number and the moment it started, so that a later process with the same number is not taken for it.
 * Undefined when there is none, or only its zombie.
 */
export function identifyProcess(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === "linux") {
    const stat = readProcessStat(pid);
    return stat === null || stat.state === "Z" ? undefined : `${pid} ${stat.started}`;
  }
  if (process.platform === "win32") {
    try {
      process.kill(pid, 0);
      return `${pid}`;
    } catch {
      return undefined;
    }
  }
  const started = run("ps", ["-o", "lstart=", "-p", String(pid)]);
  return started ? `${pid} ${started}` : undefined;
}

/** True while the process that `identifyProcess` named is still the one with that number. */
export function isAlive(identity: string): boolean {
  return identity !== "" && identifyProcess(Number.parseInt(identity, 10)) === identity;
}

/** The command line of a process, for telling a database server from a stranger that inherited its number; empty when unknown. */
export function commandLineOf(pid: number): string {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  }
  return process.platform === "win32" ? "postgres" : run("ps", ["-o", "command=", "-p", String(pid)]);
}

/** The number of the process that started that one, or of what took over its children; 0 when unknown. */
export function parentOf(pid: number): number {
  if (process.platform === "win32") return 0;
  if (process.platform !== "linux") return Number(run("ps", ["-o", "ppid=", "-p", String(pid)]));
  return readProcessStat(pid)?.parent ?? 0;
}
