// A server as far as the pipeline is concerned: a process of its own that a test can kill. Prints "ready" when it works.
import { openDatabase } from "../../lib/db/client";
import { openDataFolder } from "../../lib/db/embedded/data-folder";
import { env } from "../../lib/env";
import { startWorker, stopWorker } from "../../lib/pipeline/worker";

async function main() {
  const databaseUrl = env().DATABASE_URL as string;
  const db = openDatabase(databaseUrl);
  const onError = (error: unknown, doing: string) => process.stderr.write(`${doing}: ${String(error)}\n`);
  await startWorker({ db, databaseUrl, dataFolder: openDataFolder(), schedule: process.argv.includes("--schedule"), onError });
  process.stdout.write("ready\n");
  process.once("SIGTERM", async () => {
    await stopWorker();
    await db.$disconnect();
  });
}

void main();
