import { openDataFolder } from "../../db/embedded/data-folder";
import { env } from "../../env";
import { announceOwner, openMigratedDatabase } from "../with-database";
import { checkPort } from "./check-port";
import { ensureBuild } from "./ensure-build";
import { keepSecret } from "./keep-secret";
import { runServer } from "./run-server";
import { summarise } from "./summary";
import { watchLauncher } from "./watch-launcher";

const TRAFFIC_HINT = "npm run traffic -- --users 20 --minutes 2, in another terminal (or npm run demo)";

export type Serving = {
  mode: "production" | "development";
  hint?: string;
  /** Before the server is up: the database is, and migrated. */
  prepare?: (databaseUrl: string, step: (text: string) => void) => Promise<void>;
  /** While it serves; `leaving` aborts when it is to end. */
  alongside?: (url: string, leaving: AbortSignal) => Promise<void>;
};

/** Aborts at the first of: Ctrl-C, SIGTERM, the terminal closed, npm (which started us) killed. */
function whenAskedToLeave(): AbortSignal {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
  watchLauncher(leave);
  return leaving.signal;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));

/**
 * Serves the app until it is asked to end: checks the port, brings up and migrates the database, builds what is stale, starts the server,
 * prints the summary; then stops the server and after it the database. Throws AppError `unavailable` with what to do; exit code 1 when the
 * server ends by itself.
 */
export async function serve({ mode, hint = TRAFFIC_HINT, prepare, alongside }: Serving): Promise<void> {
  const started = Date.now();
  const leaving = whenAskedToLeave();
  const step = (text: string) => process.stderr.write(`  ${text} …\n`);
  const { PORT: port } = env();
  await checkPort(port);
  const dataFolder = openDataFolder();
  const authSecret = await keepSecret(dataFolder, mode);
  const database = await openMigratedDatabase(step);
  let toldOwner = false;
  try {
    await prepare?.(database.url, step);
    const kind = mode === "production" ? { mode, standalone: await ensureBuild(step, leaving) } : { mode };
    if (leaving.aborted) return;
    const server = await runServer(kind, { port, databaseUrl: database.url, authSecret, dataFolder }, process.stdout);
    try {
      process.stdout.write(
        summarise({ url: server.url, owner: database.migrated.owner, dataFolder, databaseHome: database.home, hint, started }),
      );
      toldOwner = true;
      const beside = alongside?.(server.url, leaving);
      const ended = await Promise.race([server.ended, aborted(leaving)]);
      if (ended !== undefined && !leaving.aborted) {
        process.stderr.write(`footfall: the server ended by itself with exit code ${ended}\n`);
        process.exitCode = 1;
      }
      await beside?.catch(() => undefined);
    } finally {
      await server.stop();
    }
  } finally {
    // Nobody can read a generated password a second time: whoever gets no summary is told it here.
    if (!toldOwner) announceOwner(database.migrated);
    await database.release();
  }
}
