import { readdir, readFile } from "node:fs/promises";

const TICKS_A_SECOND = 100;

/**
 * Processor seconds (user and system) that a process and its children have used so far, those that have ended included. NaN where there is no
 * /proc (macOS, Windows).
 */
export async function readTreeCpu(pid: number): Promise<number> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const processes = (await Promise.all(pids.map(readStat))).flatMap((stat) => stat ?? []);
  const root = processes.find((stat) => stat.pid === pid);
  if (!root) return Number.NaN;
  const children = processes.filter((stat) => stat.parent === pid);
  return (root.own + root.ended + children.reduce((sum, child) => sum + child.own, 0)) / TICKS_A_SECOND;
}

async function readStat(pid: string) {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // The name stands in brackets and may have any character; what follows it does not.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [parent, user, system, endedUser, endedSystem] = [1, 11, 12, 13, 14].map((field) => Number(fields[field])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { pid: Number(pid), parent, own: user + system, ended: endedUser + endedSystem };
}
