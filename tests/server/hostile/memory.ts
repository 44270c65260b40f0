import { readFileSync } from "node:fs";

/** Resident memory of a process in MB, as the kernel counts it; null where there is no /proc. */
export function readRss(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes ? Number(kilobytes) / 1024 : null;
  } catch {
    return null;
  }
}
