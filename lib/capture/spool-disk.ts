import { ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Segment } from "./spool-segment";

/** A segment that is being written. */
export type OpenSegment = Segment & { fd: number };

/** The spool's folder is nobody's to read but this user's. It may have gone since it was made. */
export function makeFolder(dir: string): void {
  // Asked first: of a folder that is there, not every read-only disk says so.
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) mkdirSync(dir, { recursive: true, mode: 0o700 });
}

const TRIAL = Buffer.alloc(4_096);

/** Throws what the disk says when it would not take a segment: gone, full, read-only. Leaves nothing. */
export function tryToWrite(dir: string): void {
  const path = join(dir, `.trial-${process.pid}`);
  try {
    writeFileSync(path, TRIAL, { mode: 0o600 });
  } finally {
    removeSegment(path);
  }
}

/** A new, empty segment under that name. Throws what the disk says. */
export const makeSegment = (path: string): OpenSegment => ({ path, bytes: 0, fd: openSync(path, "wx", 0o600) });

/** All or nothing: a half-written line at the end is cut off again, so that what follows stays readable. */
export function writeWhole(segment: OpenSegment, data: Buffer): void {
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
export function readSegment(path: string): Buffer | Error {
  try {
    return readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? Buffer.alloc(0) : (error as Error);
  }
}

/** Why it cannot be removed; null when it is gone. */
export function removeSegment(path: string): Error | null {
  try {
    rmSync(path, { force: true });
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Whether a segment holds more than was read of it. */
export function hasGrown(path: string, known: number): boolean {
  try {
    const now = statSync(path);
    return now.isFile() && now.size > known;
  } catch {
    return false;
  }
}
