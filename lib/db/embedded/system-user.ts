import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The operating system's user that the database runs as. */
export type SystemUser = { name: string; uid: number; gid: number };

function readUsers(): SystemUser[] {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/**
 * Postgres refuses to run as root. So root runs it as the owner of `folder` where that is somebody else, else as `postgres` where there
 * is one, else as `nobody`. Undefined for everyone who is not root: the database then runs as oneself.
 */
export function chooseDatabaseUser(folder: string): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  const owner = statSync(folder).uid;
  return (
    users.find((user) => owner !== 0 && user.uid === owner) ??
    users.find((user) => user.name === "postgres") ??
    users.find((user) => user.name === "nobody") ?? { name: "nobody", uid: 65534, gid: 65534 }
  );
}

function mayPass(folder: string, user: SystemUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** True when that user can enter `folder` and every folder above it. Everybody can reach what they own themselves (no user given). */
export function canReach(folder: string, user: SystemUser | undefined): boolean {
  if (!user) return true;
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (!mayPass(at, user)) return false;
    if (at === dirname(at)) return true;
  }
}
