import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { log } from "../observe/log";
import { count } from "./counters";
import type { NewEvent } from "./event";
import { readSpoolLines, type Spooled, writeSpoolLine } from "./spool-line";

export type SpoolOptions = { dir: string; maxBytes?: number; segmentBytes?: number };

export type Spool = ReturnType<typeof openSpool>;

type Segment = { path: string; bytes: number };
const NAME = /^(\d+)-(\d+)-(\d+)\.spool$/;
const CHUNK = 1_000;

/**
 * Events that wait on disk for the database: append-only segments, each line with its checksum, bounded in bytes. A segment is
 * deleted once all of it is committed; ids make it harmless to replay one twice. Segments of a server that died are taken over.
 * One folder belongs to one machine.
 */
export function openSpool({ dir, maxBytes = 256 * 1024 * 1024, segmentBytes = 4 * 1024 * 1024 }: SpoolOptions) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let segments: Segment[] = findOrphans(dir);
  let current: (Segment & { fd: number }) | null = null;
  let made = 0;
  // What stands in a name is the order, also when the clock was set back: nothing new comes before what is there.
  let stamp = Math.max(0, ...segments.map(({ path }) => Number(NAME.exec(basename(path))?.[1]) + 1));
  let broken = false;
  let unreadable = false;

  const bytes = () => segments.reduce((sum, segment) => sum + segment.bytes, current?.bytes ?? 0);

  const closeCurrent = () => {
    if (!current) return;
    closeSync(current.fd);
    segments.push({ path: current.path, bytes: current.bytes });
    current = null;
  };

  const openCurrent = () => {
    stamp = Math.max(stamp, Date.now());
    const path = join(dir, `${stamp}-${process.pid}-${made++}.spool`);
    current = { path, bytes: 0, fd: openSync(path, "wx", 0o600) };
    return current;
  };

  /** Writes as many as fit and tells how many that was. Never throws: a full or broken disk keeps none. */
  const append = (items: readonly Spooled[]): number => {
    let kept = 0;
    try {
      for (let start = 0; start < items.length; start += CHUNK) {
        const chunk = items.slice(start, start + CHUNK);
        const data = Buffer.from(chunk.map(writeSpoolLine).join(""));
        if (bytes() + data.length > maxBytes) break;
        const segment = current ?? openCurrent();
        writeWhole(segment, data);
        kept += chunk.length;
        if (segment.bytes >= segmentBytes) closeCurrent();
      }
      broken = false;
    } catch (error) {
      if (!broken) log().error({ err: error }, "the spool cannot be written");
      broken = true;
    }
    count("spooled", kept);
    return kept;
  };

  /**
   * Hands everything to `commit`, oldest first, in groups of one site. Stops at the first rejection; what was not committed stays. A segment that
   * cannot be read just now stays too and is passed over, so that it does not hold up the others; the promise rejects at the end then.
   */
  const replay = async (commit: (site: string, events: NewEvent[]) => Promise<void>): Promise<void> => {
    closeCurrent();
    const unread = new Set<Segment>();
    let failure: unknown = null;
    const next = () => segments.find((segment) => !unread.has(segment));
    for (let segment = next(); segment; segment = next()) {
      const data = readSegment(segment.path);
      if (data instanceof Error) {
        unread.add(segment);
        failure ??= data;
        continue;
      }
      const { items, corrupt } = readSpoolLines(data);
      for (const group of groupBySite(items)) await commit(group.site, group.events);
      if (corrupt > 0) count("dropped:spool-corrupt", corrupt);
      rmSync(segment.path, { force: true });
      segments = segments.filter((one) => one !== segment);
      closeCurrent();
    }
    if (failure !== null && !unreadable) log().error({ err: failure, segments: unread.size }, "the spool cannot be read");
    unreadable = failure !== null;
    if (failure !== null) throw failure;
  };

  return { append, replay, bytes, close: closeCurrent };
}

/** All or nothing: a half-written line at the end is cut off again, so that what follows stays readable. */
function writeWhole(segment: Segment & { fd: number }, data: Buffer): void {
  try {
    for (let written = 0; written < data.length; )
      written += writeSync(segment.fd, data, written, data.length - written, segment.bytes + written);
    segment.bytes += data.length;
  } catch (error) {
    ftruncateSync(segment.fd, segment.bytes);
    throw error;
  }
}

/** What it holds; nothing when another server that took it over too has replayed it; or why it cannot be read: too many open files, a failing disk. */
function readSegment(path: string): Buffer | Error {
  try {
    return readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? Buffer.alloc(0) : (error as Error);
  }
}

function findOrphans(dir: string): Segment[] {
  const names = readdirSync(dir).filter((name) => NAME.test(name) && !belongsToAnother(name));
  const segments = names.map((name) => ({ path: join(dir, name), bytes: statSync(join(dir, name)).size }));
  return segments.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

/** Whether a server that is alive writes it. */
function belongsToAnother(name: string): boolean {
  const pid = Number(NAME.exec(name)?.[2]);
  if (pid === process.pid) return false; // an earlier process of the same number, as in a container
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function groupBySite(items: Spooled[]): { site: string; events: NewEvent[] }[] {
  const groups: { site: string; events: NewEvent[] }[] = [];
  for (const { site, event } of items) {
    const last = groups.at(-1);
    if (last && last.site === site && last.events.length < CHUNK) last.events.push(event);
    else groups.push({ site, events: [event] });
  }
  return groups;
}
