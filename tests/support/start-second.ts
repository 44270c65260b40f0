import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { runServer } from "../../lib/cli/app/run-server";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { setEnv } from "../../lib/env";

/** A production server with settings of its own, on a database that is there. */
export async function startSecond(databaseUrl: string, settings: Record<string, string>): Promise<{ url: string; stop(): Promise<void> }> {
  const [standalone, port] = [await ensureBuild(), await findFreePort()];
  const dataFolder = await mkdtemp(join(tmpdir(), "footfall-second-"));
  const authSecret = randomBytes(32).toString("base64url");
  setEnv(settings);
  try {
    const server = await runServer(
      { mode: "production", standalone },
      { port, databaseUrl, authSecret, dataFolder },
      new PassThrough().resume(),
    );
    return {
      url: server.url,
      async stop() {
        await server.stop();
        await rm(dataFolder, { recursive: true, force: true });
      },
    };
  } finally {
    setEnv(Object.fromEntries(Object.keys(settings).map((name) => [name, ""]))); // the server has them
  }
}
