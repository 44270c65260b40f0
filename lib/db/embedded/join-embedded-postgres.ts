import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { placeDatabase } from "./data-folder";
import { withFileLock } from "./file-lock";
import { locatePostgres } from "./postgres-binaries";
import { findPostmaster, initialiseCluster, SUPERUSER, startPostmaster, stopPostmaster } from "./postmaster";
import { identifyProcess, isAlive } from "./process-identity";

const DATABASE = "footfall";

/** A running embedded database. `release` ends it when nobody else uses it; calling it twice does nothing. */
export type EmbeddedPostgres = { url: string; home: string; release: () => Promise<void> };

async function readOrMake(path: string, make: () => string): Promise<string> {
  const there = await readFile(path, "utf8").catch(() => "");
  if (there.trim()) return there.trim();
  const made = make();
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ host: "127.0.0.1", port, user: SUPERUSER, password, database: "postgres" });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(DATABASE)}`);
  } finally {
    await client.end();
  }
}

/** Each process that uses the database has a file named for it in `users/`; those of processes that were killed are cleared away. */
async function countUsers(folder: string): Promise<number> {
  let alive = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (isAlive(await readFile(path, "utf8").catch(() => ""))) alive += 1;
    else await rm(path, { force: true });
  }
  return alive;
}

/**
 * The embedded database of a data folder: joins the one that runs, also one left behind by a process that was killed, or starts it, making
 * it first if need be. The last to release it ends it.
 * `durable: false` is for throw-away databases: nothing is forced to disk. Throws AppError `unavailable` with what to do.
 */
export async function joinEmbeddedPostgres(
  dataFolder: string,
  options: { durable?: boolean; onProgress?: (step: string) => void } = {},
): Promise<EmbeddedPostgres> {
  const { home, user } = placeDatabase(dataFolder);
  const users = join(home, "users");
  await mkdir(users, { recursive: true, mode: 0o700 });
  const lock = join(home, "lock");
  const self = join(users, `${process.pid}-${randomBytes(4).toString("hex")}`);

  const url = await withFileLock(lock, async () => {
    const password = await readOrMake(join(home, "password"), () => randomBytes(24).toString("base64url"));
    await chmod(join(home, "password"), 0o600);
    let port = findPostmaster(home)?.port;
    if (!port) {
      const binaries = await locatePostgres(user, home);
      const cluster = { home, user, binaries, durable: options.durable ?? true };
      options.onProgress?.("Starting the database");
      await initialiseCluster(cluster, password);
      port = await startPostmaster(cluster);
    }
    await ensureDatabase(port, password);
    await writeFile(self, identifyProcess(process.pid) ?? "", { mode: 0o600 });
    return `postgresql://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
  });

  let released: Promise<void> | undefined;
  const leave = () =>
    withFileLock(lock, async () => {
      await rm(self, { force: true });
      if ((await countUsers(users)) === 0) await stopPostmaster(home);
    });
  return {
    url,
    home,
    release: () => {
      released ??= leave();
      return released;
    },
  };
}
