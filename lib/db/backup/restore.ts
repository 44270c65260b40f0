import { existsSync } from "node:fs";
import { chmod, chown, cp, lstat, mkdir, open, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../app-error";
import { placeDatabase } from "../embedded/data-folder";
import { withFileLock } from "../embedded/file-lock";
import { findPostmaster } from "../embedded/postmaster";
import type { SystemUser } from "../embedded/system-user";

/** What a cluster is made of. While it is copied, each has `.restoring` behind its name. */
const PARTS = ["data", "password"];

/**
 * Puts a backup in the place of the embedded database of a data folder; what was there is moved aside, and where to is returned (undefined
 * when there was nothing). It is copied and on disk before anything is moved: as long as that fails, nothing changes. Throws AppError `conflict` while
 * the database runs, `invalid` when the folder holds no backup, `unavailable` when it could not be put in place.
 */
export async function restore(dataFolder: string, backup: string, now: Date): Promise<string | undefined> {
  if (!existsSync(join(backup, "data", "PG_VERSION")) || !existsSync(join(backup, "password"))) {
    throw new AppError("invalid", `${backup} holds no backup: give the folder that npm run backup made.`);
  }
  const { home, user } = placeDatabase(dataFolder);
  return withFileLock(join(home, "lock"), async () => {
    if (findPostmaster(home)) throw new AppError("conflict", "The database is in use: stop the app first (Ctrl-C), then restore.");
    const aside = existsSync(join(home, "data")) ? join(home, `before-restore-${now.toISOString().replace(/[:.]/g, "-")}`) : undefined;
    try {
      await copyParts(backup, home, user);
      await exchange(home, aside);
    } catch (error) {
      const there = aside && existsSync(join(aside, "data")) ? `What was there before is in ${aside}.` : "Nothing was changed.";
      throw new AppError("unavailable", `The backup could not be put in place: ${(error as Error).message}. ${there}`, { cause: error });
    } finally {
      await clearParts(home);
    }
    return aside;
  });
}

const coming = (home: string, part: string) => join(home, `${part}.restoring`);

async function clearParts(home: string): Promise<void> {
  for (const part of PARTS) await rm(coming(home, part), { recursive: true, force: true });
}

async function copyParts(backup: string, home: string, user: SystemUser | undefined): Promise<void> {
  await clearParts(home);
  for (const part of PARTS) await cp(join(backup, part), coming(home, part), { recursive: true });
  await chmod(coming(home, "password"), 0o600);
  await sync(coming(home, "password"));
  await settleFolder(coming(home, "data"), user);
}

/** What was there goes aside, what was copied takes its place; where that fails, what was there goes back. */
async function exchange(home: string, aside: string | undefined): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const move = async (from: string, to: string) => {
    await rename(from, to);
    undo.unshift(() => rename(to, from));
  };
  try {
    if (aside) {
      await mkdir(aside, { mode: 0o700 });
      undo.unshift(() => rmdir(aside));
      for (const part of PARTS) if (existsSync(join(home, part))) await move(join(home, part), join(aside, part));
    }
    for (const part of PARTS) await move(coming(home, part), join(home, part));
    const done = join(home, "initialised");
    if (!existsSync(done)) undo.unshift(() => rm(done, { force: true }));
    await writeFile(done, "restored\n");
    await sync(home);
  } catch (error) {
    // One that fails leaves the rest as it is: nothing may be removed that was not moved back.
    for (const step of undo) await step();
    throw error;
  }
}

/** Postgres starts only on a folder that is its user's, and nobody else's. */
async function settleFolder(folder: string, user: SystemUser | undefined): Promise<void> {
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await lstat(path)).isDirectory()) await settleFolder(path, user);
    else {
      if (user) await chown(path, user.uid, user.gid);
      await sync(path);
    }
  }
  await sync(folder);
}

/** Puts a file, or the names in a folder, on the disk. Windows knows no such thing of a folder, nor of a file that is open for reading. */
async function sync(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
