import { readFile } from "node:fs/promises";

const field = (status: string, name: string): number => {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  return kilobytes === undefined ? Number.NaN : Number(kilobytes) / 1024;
};

/** Resident memory of a process in MB: now, and the most it ever had. NaN where there is no /proc (macOS, Windows) or no such process. */
export async function readMemory(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return { now: field(status, "VmRSS"), peak: field(status, "VmHWM") };
}
