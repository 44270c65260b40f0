import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Lets `write` fill a file under a temporary name beside its place, then makes it durable and moves it there: a reader sees the old file or
 * the whole new one, also after a crash. `place` may put conditions on the move, and throws instead of moving. Returns its size in bytes.
 */
export async function writeAtomically(
  file: string,
  write: (temporary: string) => Promise<void>,
  place: (move: () => Promise<void>) => Promise<void> = (move) => move(),
): Promise<number> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    await write(temporary);
    const handle = await open(temporary, "r+");
    const { size } = await handle.stat();
    await handle.sync().finally(() => handle.close());
    await place(() => rename(temporary, file));
    await syncFolder(path.dirname(file));
    return size;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A rename is durable when its folder is; Windows has no such thing to sync. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
