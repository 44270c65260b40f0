import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Client } from "pg";
import { joinEmbeddedPostgres } from "../../../lib/db/embedded/join-embedded-postgres";
import { findPostmaster, stopPostmaster } from "../../../lib/db/embedded/postmaster";
import { readProcessStat } from "../../../lib/process-stat";
import { openProxy } from "./proxy";

/** A real, durable Postgres that can be killed, frozen and started again behind an address that stays. */
export type ChaosDatabase = {
  /** Through the proxy: what the servers use. */
  url: string;
  /** Past the proxy, for looking at it and for hurting it. Changes with every start. */
  directUrl: () => string;
  kill: () => void;
  start: () => Promise<void>;
  freeze: () => void;
  thaw: () => void;
  cutConnections: () => void;
  terminateBackends: () => Promise<void>;
  remove: () => Promise<void>;
};

export async function openChaosDatabase(folder: string): Promise<ChaosDatabase> {
  const proxy = await openProxy();
  let postgres = await joinEmbeddedPostgres(folder, { durable: true });
  proxy.aim(Number(new URL(postgres.url).port));
  const signal = (name: NodeJS.Signals) => {
    for (const pid of familyOf(findPostmaster(postgres.home)?.pid)) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended by itself in the meantime.
      }
    }
  };
  return {
    url: Object.assign(new URL(postgres.url), { port: String(proxy.port) }).href,
    directUrl: () => postgres.url,
    kill: () => signal("SIGKILL"),
    start: async () => {
      postgres = await joinEmbeddedPostgres(folder, { durable: true });
      proxy.aim(Number(new URL(postgres.url).port));
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    cutConnections: proxy.cutAll,
    terminateBackends: async () => {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
      );
      await client.end();
    },
    remove: async () => {
      signal("SIGCONT");
      await proxy.close();
      await postgres.release();
      await stopPostmaster(postgres.home);
      await rm(postgres.home, { recursive: true, force: true });
    },
  };
}

/** The postmaster first, so that it cannot replace its children meanwhile; then these. */
function familyOf(postmaster: number | undefined): number[] {
  return postmaster ? [postmaster, ...childrenOf(postmaster)] : [];
}

/** A slim image of Linux has no `ps`. */
function childrenOf(parent: number): number[] {
  if (existsSync("/proc/self/stat")) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => readProcessStat(pid)?.parent === parent);
  }
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  return pairs.filter(([, its]) => its === parent).map(([pid]) => pid);
}
