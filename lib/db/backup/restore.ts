import { existsSync } from "node:fs";
import { chmod, chown, cp, lstat, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../app-error";
import { placeDatabase } from "../embedded/data-folder";
import { withFileLock } from "../embedded/file-lock";
import { findPostmaster } from "../embedded/postmaster";

/**
 * Puts a backup in the place of the embedded database of a data folder; what was there is moved aside, and where to is returned (undefined
 * when there was nothing). Throws AppError `conflict` while the database runs, `invalid` when the folder holds no backup.
 */
export async function restore(dataFolder: string, backup: string, now: Date): Promise<string | undefined> {
  if (!existsSync(join(backup, "data", "PG_VERSION")) || !existsSync(join(backup, "password"))) {
    throw new AppError("invalid", `${backup} holds no backup: give the folder that npm run backup made.`);
  }
  const { home, user } = placeDatabase(dataFolder);
  return withFileLock(join(home, "lock"), async () => {
    if (findPostmaster(home)) throw new AppError("conflict", "The database is in use: stop the app first (Ctrl-C), then restore.");
    const data = join(home, "data");
    const aside = existsSync(data) ? join(home, `before-restore-${now.toISOString().replace(/[:.]/g, "-")}`) : undefined;
    if (aside) {
      await mkdir(aside, { mode: 0o700 });
      for (const name of ["data", "password"]) if (existsSync(join(home, name))) await rename(join(home, name), join(aside, name));
    }
    await cp(join(backup, "data"), data, { recursive: true });
    await cp(join(backup, "password"), join(home, "password"));
    await chmod(join(home, "password"), 0o600);
    await writeFile(join(home, "initialised"), "restored\n");
    await ownFolder(data, user);
    return aside;
  });
}

/** Postgres starts only on a folder that is its user's, and nobody else's. */
async function ownFolder(folder: string, user: { uid: number; gid: number } | undefined): Promise<void> {
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await lstat(path)).isDirectory()) await ownFolder(path, user);
    else if (user) await chown(path, user.uid, user.gid);
  }
}
