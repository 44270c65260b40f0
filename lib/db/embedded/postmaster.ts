import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { chown, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../app-error";
import { findFreePort } from "./free-port";
import type { PostgresBinaries } from "./postgres-binaries";
import { commandLineOf, identifyProcess } from "./process-identity";
import type { SystemUser } from "./system-user";

/** One database cluster on disk: `home` holds `data/` (the cluster), `log` and the password. */
export type Cluster = { home: string; user: SystemUser | undefined; binaries: PostgresBinaries; durable: boolean };

export const SUPERUSER = "footfall";
const READY_MS = 120_000;
const STOP_MS = 60_000;
const LOG_LIMIT = 5 * 1024 * 1024;

const dataOf = (cluster: Cluster) => join(cluster.home, "data");
const logOf = (cluster: Cluster) => join(cluster.home, "log");
const idsOf = (cluster: Cluster) => (cluster.user ? { uid: cluster.user.uid, gid: cluster.user.gid } : {});

/** The postmaster's own note of itself: pid, folder, start, port, …, status. Undefined when no server runs on this cluster. */
export function findPostmaster(home: string): { pid: number; port: number; ready: boolean } | undefined {
  const data = join(home, "data");
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!identifyProcess(pid) || !commandLineOf(pid).includes("postgres")) return undefined;
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
}

function run(file: string, args: string[], cluster: Cluster): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // The database's user may not be able to enter the folder we stand in.
    const child = spawn(file, args, { ...idsOf(cluster), cwd: cluster.home, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

const lastLine = (text: string) => text.trim().split("\n").filter(Boolean).at(-1) ?? "";

function explain(output: string, cluster: Cluster): AppError {
  const full = /No space left on device|Disk quota exceeded/.test(output);
  const reason = full
    ? "the disk is full"
    : lastLine(
        output
          .split("\n")
          .filter((line) => /FATAL|PANIC|error:/.test(line))
          .join("\n") || output,
      );
  return new AppError("unavailable", `The database in ${cluster.home} did not start: ${reason}. Its log: ${logOf(cluster)}`);
}

/** Makes the cluster if there is none. A folder that was left half made is made anew: it has no PG_VERSION yet, so nothing in it is data. */
export async function initialiseCluster(cluster: Cluster, password: string): Promise<void> {
  const data = dataOf(cluster);
  const done = join(cluster.home, "initialised");
  if (await stat(done).catch(() => undefined)) return;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  const passwordFile = join(data, "..", "password.init");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (cluster.user) {
    await chown(data, cluster.user.uid, cluster.user.gid);
    await chown(passwordFile, cluster.user.uid, cluster.user.gid);
  }
  const args = ["-D", data, "-U", SUPERUSER, `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"];
  const flags = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", ...(cluster.durable ? [] : ["--no-sync"])];
  try {
    const { code, output } = await run(cluster.binaries.initdb, [...args, ...flags], cluster);
    if (code !== 0) throw explain(output, cluster);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(done, `${cluster.binaries.version}\n`);
}

const megabytes = (bytes: number) => Math.floor(bytes / 1_048_576);
const between = (low: number, value: number, high: number) => Math.max(low, Math.min(value, high));

/** Short queries over hot tables and now and then a bulk load, beside a Node process on the same machine. */
function settings(durable: boolean): Record<string, string> {
  const memory = megabytes(totalmem());
  const tuned = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "100",
    shared_buffers: `${between(64, Math.floor(memory / 8), 512)}MB`,
    effective_cache_size: `${between(256, Math.floor(memory / 2), 16_384)}MB`,
    work_mem: "16MB",
    maintenance_work_mem: `${between(64, Math.floor(memory / 16), 512)}MB`,
    // Compiling a plan costs more than any of our queries takes.
    jit: "off",
    random_page_cost: "1.1",
    wal_compression: "on",
    max_wal_size: "2GB",
    checkpoint_timeout: "15min",
    max_parallel_workers_per_gather: String(between(0, availableParallelism() - 1, 2)),
    log_checkpoints: "off",
    // A backend whose client has gone while it waits ends; only some systems can tell.
    ...(process.platform === "linux" && { client_connection_check_interval: "5s" }),
  };
  return durable ? tuned : { ...tuned, fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "128MB" };
}

async function launch(cluster: Cluster, port: number): Promise<{ started: boolean; output: string }> {
  const flags = Object.entries(settings(cluster.durable)).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const size = await stat(logOf(cluster)).then(
    (file) => file.size,
    () => 0,
  );
  const before = size > LOG_LIMIT ? 0 : size;
  const log = openSync(logOf(cluster), size > LOG_LIMIT ? "w" : "a", 0o600);
  // A session of its own: Ctrl-C in the terminal must not reach the database before the app has written its last batch.
  const child = spawn(cluster.binaries.postgres, ["-D", dataOf(cluster), "-p", String(port), ...flags], {
    ...idsOf(cluster),
    cwd: cluster.home,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const ended = new Promise<true>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("exit", () => resolve(true));
  });
  child.unref();
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const found = findPostmaster(cluster.home);
    if (found?.ready && found.pid === child.pid) return { started: true, output: "" };
    if (await Promise.race([ended, delay(50, false)])) break;
  }
  const output = (await readFile(logOf(cluster), "utf8")).slice(before);
  return { started: false, output: output || "it gave no reason" };
}

/** Starts the server on a free port of 127.0.0.1 and waits until it takes connections. Throws AppError `unavailable` with its reason. */
export async function startPostmaster(cluster: Cluster): Promise<number> {
  let output = "";
  for (let attempt = 0; attempt < 20; attempt += 1) {
    // After a crash the note of the last server stays behind; its number may be a stranger's by now, which would stop Postgres.
    if (!findPostmaster(cluster.home)) await rm(join(dataOf(cluster), "postmaster.pid"), { force: true });
    const port = await findFreePort();
    const result = await launch(cluster, port);
    if (result.started) return port;
    output = result.output;
    // Somebody was faster with the port, or backends of a killed server are still on their way out.
    if (!/in use|lock file "postmaster.pid"|shared memory block/.test(output)) break;
    await delay(250);
  }
  throw explain(output, cluster);
}

/** Ends the server cleanly (clients are cut off, all is written) and waits until it is gone. */
export async function stopPostmaster(home: string): Promise<void> {
  const found = findPostmaster(home);
  if (!found) return;
  const identity = identifyProcess(found.pid);
  process.kill(found.pid, "SIGINT");
  const deadline = Date.now() + STOP_MS;
  while (identity && identifyProcess(found.pid) === identity) {
    if (Date.now() > deadline) process.kill(found.pid, "SIGQUIT");
    await delay(30);
  }
}
