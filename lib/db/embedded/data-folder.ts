import { createHash } from "node:crypto";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AppError } from "../../app-error";
import { env } from "../../env";
import { canReach, chooseDatabaseUser, type SystemUser } from "./system-user";

const NEEDED_BYTES = 200 * 1024 * 1024;

const shortHash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** A writable folder of the system's or the user's own, one for each folder it stands in for. */
function placeElsewhere(instead: string): string {
  const base = process.getuid?.() === 0 ? "/var/lib/footfall" : join(homedir(), ".local", "share", "footfall");
  return join(base, shortHash(instead));
}

/** Like mkdir -p. Node's own never ends where the system says that a new folder does not exist, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function isWritable(folder: string): boolean {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function refuse(folder: string, reason: string): never {
  const message = `The data folder ${folder} ${reason}. Set FOOTFALL_DATA_DIR to a folder of yours with room, or DATABASE_URL to a Postgres server.`;
  throw new AppError("unavailable", message, { field: "FOOTFALL_DATA_DIR" });
}

/**
 * The folder with everything this installation keeps: FOOTFALL_DATA_DIR, else `.footfall` in the working folder, else a place of the
 * user's where that can't be written. Made when missing. Throws AppError `unavailable` when it can't be used.
 */
export function openDataFolder(): string {
  const chosen = env().FOOTFALL_DATA_DIR;
  const wanted = resolve(chosen ?? ".footfall");
  const folder = isWritable(wanted) || chosen ? wanted : placeElsewhere(wanted);
  if (existsSync(folder) && !statSync(folder).isDirectory()) refuse(folder, "is not a folder");
  if (!isWritable(folder)) refuse(folder, "can't be written by this user");
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < NEEDED_BYTES)
    refuse(folder, `has only ${Math.floor((bavail * bsize) / 1_048_576)} MB left, at least 200 are needed`);
  return folder;
}

/**
 * Where in (or instead of) the data folder the database lives, and the user it runs as. Root's database runs as somebody else, who has to
 * be able to get there: below a closed home that is /var/lib/footfall. Throws AppError `unavailable` when it can't be used.
 */
export function placeDatabase(dataFolder: string): { home: string; user: SystemUser | undefined } {
  const user = chooseDatabaseUser(dataFolder);
  // A folder made by mktemp is closed to all others; ours may be passed through, what is in it stays closed.
  if (user && statSync(dataFolder).uid === 0 && canReach(dirname(dataFolder), user)) chmodSync(dataFolder, 0o711);
  const home = canReach(dataFolder, user) ? join(dataFolder, "postgres") : placeElsewhere(dataFolder);
  if (!isWritable(home)) refuse(home, "can't be written by this user");
  if (user && statSync(home).uid === 0) {
    chmodSync(home, 0o711);
    if (dirname(home) !== dataFolder) chmodSync(dirname(home), 0o711);
  }
  return { home, user: ownerOfCluster(join(home, "data"), user) };
}

/** A database that is there already keeps its user, whoever would be chosen today. */
function ownerOfCluster(cluster: string, user: SystemUser | undefined): SystemUser | undefined {
  if (!existsSync(cluster) || process.platform === "win32") return user;
  const { uid, gid } = statSync(cluster);
  if (uid === process.getuid?.()) return user;
  if (!user) refuse(cluster, "belongs to another user");
  return uid === 0 ? user : { name: String(uid), uid, gid };
}
