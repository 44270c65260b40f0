import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { Client } from "pg";

/** What a figure was measured on. */
export interface Machine {
  date: string;
  commit: string;
  processor: string;
  cores: number;
  memoryGb: number;
  system: string;
  /** Processes that wanted to run over the last five minutes, the bench's own among them; far above `cores`, others took the machine. */
  load: number;
  node: string;
  /** Of the database that was measured; null where no measurement needed one. */
  postgres: string | null;
}

/** Describes this machine, and the Postgres at `databaseUrl`. */
export async function describeMachine(databaseUrl: string | undefined): Promise<Machine> {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: readCommit(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()} ${process.arch}`,
    load: Math.round((loadavg()[1] ?? 0) * 10) / 10,
    node: process.versions.node,
    postgres: databaseUrl === undefined ? null : await readPostgresVersion(databaseUrl),
  };
}

function readCommit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

async function readPostgresVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>("SHOW server_version").finally(() => client.end());
  return rows[0]?.server_version ?? "unknown";
}
