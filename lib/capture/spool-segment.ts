import { readdirSync, readFileSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { basename, join } from "node:path";
import { crc32 } from "node:zlib";
import { readProcessStat } from "../process-stat";

/** A file of the spool. */
export type Segment = { path: string; bytes: number };

/** When it was begun, the process that did, what tells that process from others of its number (where that is known), a count. */
const NAME = /^(\d+)-(\d+)(?:\.([0-9a-f]{8}))?-\d+\.spool$/;
/** Where only the age of a segment tells that its owner is gone, clocks may differ by this much. */
const CLOCK_MS = 60_000;

/** What a segment's file is called. Names sort by `stamp`. */
export function nameSegment(stamp: number, made: number): string {
  const tag = tagProcess(process.pid);
  return `${stamp}-${process.pid}${tag ? `.${tag}` : ""}-${made}.spool`;
}

/** The time in a segment's name, in milliseconds. */
export const stampOf = ({ path }: Segment): number => Number(NAME.exec(basename(path))?.[1]);

/** In the order in which they are replayed. */
export const byName = (a: Segment, b: Segment): number => a.path.localeCompare(b.path, "en", { numeric: true });

/** The segments of a folder that no process that runs will look after; `own`: and those that this process made. */
export function findSegments(dir: string, { own }: { own: boolean }): Segment[] {
  return readdirSync(dir)
    .filter((name) => NAME.test(name) && !hasOwner(name, own))
    .flatMap((name) => {
      const path = join(dir, name);
      const bytes = statSync(path, { throwIfNoEntry: false })?.size;
      return bytes === undefined ? [] : [{ path, bytes }]; // replayed by another in between
    });
}

function hasOwner(name: string, own: boolean): boolean {
  const [, stamp, digits, tag] = NAME.exec(name) ?? [];
  const pid = Number(digits);
  const running = tagProcess(pid);
  // An earlier process may have had our number, as in a container.
  if (pid === process.pid) return !own && (tag ?? null) === running;
  if (running === GONE || !isRunning(pid)) return false;
  if (tag && running) return tag === running;
  // A process of this number runs, but is it this one? Nothing that runs is older than the machine's start.
  return Number(stamp) > Date.now() - uptime() * 1000 - CLOCK_MS;
}

const GONE = "gone";

/**
 * Tells a process from others that have the same number, before it and after it and after the machine was started anew. Null where the
 * system does not say (no /proc, or not ours to see); `gone` for one that has ended and was not yet buried.
 */
export function tagProcess(pid: number): string | null {
  const stat = readProcessStat(pid);
  if (stat === null) return null;
  if (stat.state === "Z" || stat.state === "X") return GONE;
  return crc32(`${readBootId()} ${stat.started}`).toString(16).padStart(8, "0");
}

/** Another one since each start of the machine; empty where the system does not say. */
function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
