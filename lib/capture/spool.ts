import { closeSync, fstatSync } from "node:fs";
import { join } from "node:path";
import { log } from "../observe/log";
import { count } from "./counters";
import type { NewEvent } from "./event";
import { hasGrown, makeFolder, makeSegment, type OpenSegment, readSegment, removeSegment, tryToWrite, writeWhole } from "./spool-disk";
import { readSpoolLines, type Spooled, writeSpoolLines } from "./spool-line";
import { byName, findSegments, nameSegment, type Segment, stampOf } from "./spool-segment";

export type SpoolOptions = {
  dir: string;
  maxBytes?: number;
  segmentBytes?: number;
  /** How long what did not fit, or what the disk refused, is not tried again, unless bytes were freed. */
  retryMs?: number;
};

export type Spool = ReturnType<typeof openSpool>;

/** `none` (its folder could not be opened yet) → `ok` ⇄ `broken` (the disk refused what was to be written last). */
export type SpoolState = "ok" | "broken" | "none";

const CHUNK = 1_000;

/**
 * Events that wait on disk for the database: append-only segments, each line with its checksum, bounded in bytes. A segment is
 * deleted once all of it is committed; ids make it harmless to replay one twice. Segments of a server that died are taken over.
 * One folder belongs to one machine. Opening never throws: a folder that cannot be used is tried again by `rescan`.
 */
export function openSpool({ dir, maxBytes = 256 * 1024 * 1024, segmentBytes = 4 * 1024 * 1024, retryMs = 1_000 }: SpoolOptions) {
  let segments: Segment[] = [];
  let current: OpenSegment | null = null;
  // The disk's trouble, which must not become that of what is recorded: both are tried again by `rescan`.
  let unreadable: Segment[] = [];
  let unremovable: Segment[] = [];
  let made = 0;
  let stamp = 0;
  let isOpened = false;
  let isUsable = true; // until the disk says otherwise, which is told once
  let refused: { atMs: number; bytes: number } | null = null;

  const adopt = (found: Segment[]) => {
    segments = [...segments, ...found].sort(byName);
    // What stands in a name is the order, also when the clock was set back: nothing new comes before what is there.
    stamp = Math.max(stamp, ...found.map((segment) => stampOf(segment) + 1));
  };
  const bytes = () => [...segments, ...unreadable].reduce((sum, segment) => sum + segment.bytes, current?.bytes ?? 0);

  const beUsable = () => {
    if (!isUsable) log().info("the spool can be written again");
    isOpened = true;
    isUsable = true;
  };

  const beUnusable = (error: unknown) => {
    if (isUsable) log().error({ err: error }, "the spool cannot be written: while that lasts, events wait in memory");
    isUsable = false;
  };

  /** Takes over what is in the folder and nobody else's, and tries whether the disk takes anything, before that matters. */
  const look = () => {
    try {
      makeFolder(dir);
      const known = new Set([...segments, ...unreadable, ...unremovable, ...(current ? [current] : [])].map(({ path }) => path));
      adopt(findSegments(dir, { own: !isOpened }).filter(({ path }) => !known.has(path)));
      isOpened = true;
      tryToWrite(dir);
      beUsable();
      refused = null;
    } catch (error) {
      beUnusable(error);
    }
  };

  const forgetCurrent = (): Segment | null => {
    if (!current) return null;
    const { fd, ...segment } = current;
    current = null;
    try {
      closeSync(fd);
    } catch (error) {
      log().error({ err: error }, "a segment of the spool could not be closed");
    }
    return segment;
  };

  const closeCurrent = () => {
    const closed = forgetCurrent();
    if (closed) segments.push(closed);
  };

  const openCurrent = (): OpenSegment => {
    if (current && fstatSync(current.fd).nlink === 0) forgetCurrent(); // taken over by a server that cannot see this one
    if (current) return current;
    makeFolder(dir);
    stamp = Math.max(stamp, Date.now());
    current = makeSegment(join(dir, nameSegment(stamp, made++)));
    return current;
  };

  /** Nothing is left of a segment that nothing went into: a disk that is full would be given one after the other. */
  const closeOrDiscard = () => {
    if (current?.bytes !== 0) return closeCurrent();
    const empty = forgetCurrent();
    if (empty) removeSegment(empty.path);
  };

  /** Writes as many as fit and tells how many that was. Never throws: a full or broken disk keeps none. */
  const append = (items: readonly Spooled[]): number => {
    let kept = 0;
    try {
      while (kept < items.length) {
        const segment = openCurrent(); // before a line is made: making lines is what costs
        const { data, lines } = writeSpoolLines(items.slice(kept, kept + CHUNK), maxBytes - bytes());
        if (lines === 0) break;
        writeWhole(segment, data);
        kept += lines;
        if (segment.bytes >= segmentBytes) closeCurrent();
      }
      beUsable();
    } catch (error) {
      beUnusable(error);
    }
    const isRefused = kept < items.length;
    if (isRefused) closeOrDiscard();
    refused = isRefused ? { atMs: performance.now(), bytes: bytes() } : null;
    count("spooled", kept);
    return kept;
  };

  /** Whether it is worth trying to append: not while nothing fits, nor just after the disk refused. */
  const mayTake = (): boolean => refused === null || bytes() < refused.bytes || performance.now() - refused.atMs >= retryMs;

  /**
   * Hands everything to `commit`, oldest first, in groups of one site. Rejects only as `commit` does, at its first rejection; what was not committed
   * stays. A segment that the disk does not give, or does not let go of, is set aside and holds up nothing.
   */
  const replay = async (commit: (site: string, events: NewEvent[]) => Promise<void>): Promise<void> => {
    closeCurrent();
    for (let segment = segments[0]; segment; segment = segments[0]) {
      const done = segment;
      const data = readSegment(segment.path);
      if (data instanceof Error) unreadable = [...unreadable, setAside(segment, data, "read")];
      else {
        const { items, corrupt } = readSpoolLines(data);
        for (const group of groupBySite(items)) await commit(group.site, group.events);
        if (hasGrown(segment.path, data.length)) continue; // its server runs after all, somewhere else: ids make a second look harmless
        if (corrupt > 0) count("dropped:spool-corrupt", corrupt);
        const trouble = removeSegment(segment.path);
        if (trouble) unremovable = [...unremovable, setAside(segment, trouble, "removed")];
      }
      segments = segments.filter((one) => one !== done);
      closeCurrent();
    }
    if (!isUsable) look(); // the disk was full, it may be, of what is gone now
  };

  /** Takes over what servers that died since have left, and tries again what the disk refused. Never throws. */
  const rescan = (): void => {
    unremovable = unremovable.filter(({ path }) => removeSegment(path) !== null);
    const again = unreadable;
    unreadable = [];
    adopt(again);
    look();
  };

  look();

  return {
    append,
    mayTake,
    replay,
    rescan,
    bytes,
    state: (): SpoolState => (isUsable ? "ok" : isOpened ? "broken" : "none"),
    /** Whether `replay` has something to do. */
    isWaiting: () => segments.length > 0 || (current?.bytes ?? 0) > 0,
    /** How many segments the disk does not let be read or removed. */
    setAside: () => unreadable.length + unremovable.length,
    close: closeCurrent,
  };
}

function setAside(segment: Segment, error: Error, what: "read" | "removed"): Segment {
  count("spool-set-aside");
  log().error({ err: error, bytes: segment.bytes }, `a segment of the spool cannot be ${what}; it is set aside`);
  return segment;
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
