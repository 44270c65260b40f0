import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A disk of its own, in memory, that really fills up and really becomes read-only. */
export type SmallDisk = { makeReadOnly: () => Promise<void>; makeWritable: () => Promise<void>; remove: () => void };

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: "pipe" });

/** Mounts it over a folder, which is made if need be. Throws where this user may not mount. */
export function mountSmallDisk(folder: string, kilobytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  run("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k,mode=700`, "tmpfs", folder);
  return {
    makeReadOnly: () => remount("ro"),
    makeWritable: () => remount("rw"),
    remove: () => void run("umount", "-l", folder),
  };

  /** Refused while a file is open for writing, which is a moment once the disk is full. */
  async function remount(how: "ro" | "rw"): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return void run("mount", "-o", `remount,${how}`, folder);
      } catch (error) {
        if (tries === 200) throw error;
        await delay(20);
      }
    }
  }
}

/** Whether this user may mount at all, as root of a machine may, and seldom in a container. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "footfall-mount-"));
  try {
    mountSmallDisk(folder, 16).remove();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
