import { readFileSync } from "node:fs";

/** What Linux tells of a process, as far as it is used here. */
export interface ProcessStat {
  /** One letter: `Z` has ended and waits to be buried, `X` is dead. */
  state: string;
  /** The number of the process that started it. */
  parent: number;
  /** When it started, in ticks since the machine did. */
  started: string;
}

/** Reads `/proc/PID/stat`; null where there is no such process, no /proc, or it is not ours to see. */
export function readProcessStat(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in brackets and may hold anything; the state is the first field after it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), started: fields[19] ?? "" };
  } catch {
    return null;
  }
}
