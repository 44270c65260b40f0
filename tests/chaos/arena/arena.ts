import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { ensureBuild } from "../../../lib/cli/app/ensure-build";
import { type RunningServer, runServer } from "../../../lib/cli/app/run-server";
import { findFreePort } from "../../../lib/db/embedded/free-port";
import { migrate } from "../../../lib/db/migrate";
import { setEnv } from "../../../lib/env";
import type { Health } from "../../../lib/observe/health";
import { type ChaosDatabase, openChaosDatabase } from "./database";

/** A server of the arena: its address and folder stay, its process comes and goes. */
export type ChaosServer = {
  url: string;
  spoolFolder: string;
  start: (settings?: Record<string, string>) => Promise<void>;
  kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop: () => Promise<number | undefined>;
  health: () => Promise<Health>;
  /** The errors it has logged since its last start. */
  errors: () => string;
  /** How many events its log says were dropped since its last start. */
  toldDropped: () => number;
  /** Resolves when everything it has seen is committed. */
  drained: () => Promise<void>;
};

export type Arena = { database: ChaosDatabase; addServer: () => Promise<ChaosServer>; close: () => Promise<void> };

const DRAIN_MS = 60_000;
const LOGGED = 20_000;
const DROPS_TOLD = '"msg":"events were dropped"';

/** A database and as many servers as a scenario wants, all real, all killable. `close` leaves nothing behind. */
export async function openArena(): Promise<Arena> {
  const standalone = await ensureBuild();
  const folder = await mkdtemp(join(tmpdir(), "footfall-chaos-"));
  const database = await openChaosDatabase(folder);
  await migrate(database.url, { timezone: "UTC", ownerEmail: "owner@example.com", ownerPassword: "correct horse battery" });
  const authSecret = randomBytes(32).toString("base64url");
  const servers: ChaosServer[] = [];

  async function addServer(): Promise<ChaosServer> {
    const port = await findFreePort();
    const dataFolder = join(folder, `server-${servers.length}`);
    const url = `http://127.0.0.1:${port}`;
    let running: RunningServer | undefined;
    let printed = "";
    let told = 0;
    const health = async () => (await (await fetch(`${url}/api/health`)).json()) as Health;
    const server: ChaosServer = {
      url,
      spoolFolder: join(dataFolder, "spool"),
      health,
      errors: () => printed,
      toldDropped: () => told,
      start: async (settings = {}) => {
        setEnv({
          FOOTFALL_SPOOL_MB: "",
          FOOTFALL_BUFFER_EVENTS: "",
          FOOTFALL_SPOOL_DIR: "",
          FOOTFALL_COLLECT_MB: "0",
          LOG_LEVEL: "error",
          ...settings,
        });
        const out = new PassThrough();
        printed = "";
        told = 0;
        createInterface({ input: out }).on("line", (line) => {
          printed = `${printed}${line}\n`.slice(-LOGGED);
          if (line.includes(DROPS_TOLD)) told += (JSON.parse(line) as { events: number }).events;
        });
        running = await runServer({ mode: "production", standalone }, { port, databaseUrl: database.url, authSecret, dataFolder }, out);
      },
      kill: async () => {
        if (running) process.kill(running.pid, "SIGKILL");
        await running?.ended;
        running = undefined;
      },
      stop: async () => {
        await running?.stop();
        const code = await running?.ended;
        running = undefined;
        return code;
      },
      drained: async () => {
        const deadline = Date.now() + DRAIN_MS;
        for (let calm = 0; calm < 2; ) {
          const { status, capture } = await health();
          calm = status === "ok" && capture?.queued === 0 && capture.spooledBytes === 0 ? calm + 1 : 0;
          if (Date.now() > deadline) throw new Error(`not drained: ${JSON.stringify(capture)}`);
          await delay(100);
        }
      },
    };
    servers.push(server);
    await server.start();
    return server;
  }

  return {
    database,
    addServer,
    close: async () => {
      for (const server of servers) await server.stop();
      await database.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
