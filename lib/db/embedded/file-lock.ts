import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../app-error";
import { identifyProcess, isAlive } from "./process-identity";

const POLL_MS = 100;

async function take(path: string, self: string): Promise<boolean> {
  try {
    await writeFile(path, self, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Removes the lock of a process that is gone. Renaming is atomic: of two that see the same dead owner, one moves the file. */
async function clearDead(path: string): Promise<void> {
  const owner = await readFile(path, "utf8").catch(() => undefined);
  // An empty file is a lock whose owner is just writing its name.
  if (owner === undefined || owner === "" || isAlive(owner)) return;
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, "utf8").catch(() => "");
  // Between reading and moving somebody else may have taken it: give it back.
  if (moved !== owner && isAlive(moved)) await writeFile(path, moved, { flag: "wx", mode: 0o600 }).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Runs `work` while no other process holds the lock file at `path`. A lock whose owner was killed is taken over at once.
 * Throws AppError `unavailable` after `timeoutMs`; `onWait` is called once when it has to wait.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { timeoutMs?: number; onWait?: () => void } = {},
): Promise<T> {
  const self = identifyProcess(process.pid) ?? `${process.pid}`;
  const deadline = Date.now() + (options.timeoutMs ?? 180_000);
  let waited = false;
  while (!(await take(path, self))) {
    await clearDead(path);
    if (Date.now() > deadline)
      throw new AppError("unavailable", `Another Footfall process has held ${path} for too long: stop it, or delete that file.`);
    if (!waited) options.onWait?.();
    waited = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
