import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { type RunningServer, runServer } from "../../lib/cli/app/run-server";
import { type Db, openDatabase } from "../../lib/db/client";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { joinEmbeddedPostgres } from "../../lib/db/embedded/join-embedded-postgres";
import { stopPostmaster } from "../../lib/db/embedded/postmaster";
import { migrate } from "../../lib/db/migrate";
import { TEST_OWNER } from "./test-owner";

/** A production server on a free port with a database and a data folder of its own. `log()` is what it has printed. */
export type TestApp = {
  url: string;
  databaseUrl: string;
  db: Db;
  owner: typeof TEST_OWNER;
  server: RunningServer;
  log: () => string;
  stop: () => Promise<void>;
};

/** Builds the app if it is stale, starts it and waits until it answers. `stop` leaves nothing behind. */
export async function runApp(): Promise<TestApp> {
  const standalone = await ensureBuild();
  const dataFolder = await mkdtemp(join(tmpdir(), "footfall-app-"));
  const postgres = await joinEmbeddedPostgres(dataFolder, { durable: false });
  const removeDatabase = async () => {
    await postgres.release();
    await stopPostmaster(postgres.home);
    await rm(postgres.home, { recursive: true, force: true });
    await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    await migrate(postgres.url, { timezone: "UTC", ownerEmail: TEST_OWNER.email, ownerPassword: TEST_OWNER.password });
    const printed = new PassThrough();
    let text = "";
    printed.on("data", (chunk) => {
      text += chunk;
    });
    const port = await findFreePort();
    const authSecret = randomBytes(32).toString("base64url");
    const server = await runServer(
      { mode: "production", standalone },
      { port, databaseUrl: postgres.url, authSecret, dataFolder },
      printed,
    );
    const db = openDatabase(postgres.url, { poolSize: 4 });
    const stop = async () => {
      await db.$disconnect();
      await server.stop();
      await removeDatabase();
    };
    return { url: server.url, databaseUrl: postgres.url, db, owner: TEST_OWNER, server, log: () => text, stop };
  } catch (error) {
    await removeDatabase();
    throw error;
  }
}
