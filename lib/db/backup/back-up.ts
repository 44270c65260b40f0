import { randomBytes } from "node:crypto";
import { copyFile, lstat, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";

/** What a copy must not hold: notes of the running server, and what it makes anew at its start. */
const LEFT_OUT = /^(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|current_logfiles)$/;
const EMPTIED = new Set(["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"]);

/**
 * Copies a running embedded cluster (`home`) to a new folder while it is used, by Postgres' own rules for a base backup: between
 * pg_backup_start and pg_backup_stop, then the write-ahead log that makes the copy consistent. Returns its size in bytes.
 */
export async function backUp(url: string, home: string, folder: string): Promise<number> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    // The slot keeps the server from recycling the log before it is copied. It is gone with this connection.
    await client.query("SELECT pg_create_physical_replication_slot($1, true, true)", [`backup_${randomBytes(4).toString("hex")}`]);
    await client.query("SELECT pg_backup_start('footfall backup', fast => true)");
    const data = join(home, "data");
    const target = join(folder, "data");
    let bytes = await copyFolder(data, target);
    const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
      "SELECT * FROM pg_backup_stop(wait_for_archive => false)",
    );
    await writeFile(join(target, "backup_label"), rows[0]?.labelfile ?? "", { mode: 0o600 });
    bytes += await copyFolder(join(data, "pg_wal"), join(target, "pg_wal"));
    await copyFile(join(home, "password"), join(folder, "password"));
    return bytes;
  } finally {
    await client.end();
  }
}

async function copyFolder(from: string, to: string): Promise<number> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  let bytes = 0;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (LEFT_OUT.test(entry.name)) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory() && EMPTIED.has(entry.name)) await mkdir(target, { mode: 0o700 });
    else if (entry.isDirectory()) bytes += await copyFolder(source, target);
    else if (entry.isFile()) bytes += await copyIfThere(source, target);
  }
  return bytes;
}

/** A file that is gone by now was dropped meanwhile: the log says so too. */
async function copyIfThere(source: string, target: string): Promise<number> {
  try {
    await copyFile(source, target);
    return (await lstat(target)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
