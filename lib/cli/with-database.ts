import { type Db, openDatabase } from "../db/client";
import { openDataFolder } from "../db/embedded/data-folder";
import { joinEmbeddedPostgres } from "../db/embedded/join-embedded-postgres";
import { type Migrated, migrate } from "../db/migrate";
import { env, setEnv } from "../env";

/** A migrated database for this process: DATABASE_URL's, else the embedded one, joined or started. `release` gives it back. */
export type OpenedDatabase = { url: string; home: string | undefined; migrated: Migrated; release: () => Promise<void> };

/** Finds or starts the database, migrates it and sets DATABASE_URL for the rest of this process. Throws AppError `unavailable`. */
export async function openMigratedDatabase(onProgress?: (step: string) => void): Promise<OpenedDatabase> {
  const given = env().DATABASE_URL;
  const embedded = given ? undefined : await joinEmbeddedPostgres(openDataFolder(), { onProgress });
  const url = given ?? embedded?.url ?? "";
  const release = async () => embedded?.release();
  try {
    const { FOOTFALL_TIMEZONE, OWNER_EMAIL, OWNER_PASSWORD } = env();
    const migrated = await migrate(url, { timezone: FOOTFALL_TIMEZONE, ownerEmail: OWNER_EMAIL, ownerPassword: OWNER_PASSWORD });
    setEnv({ DATABASE_URL: url });
    return { url, home: embedded?.home, migrated, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Tells on stderr how to sign in, the one time the generated password is known. */
export function announceOwner({ owner }: Migrated): void {
  if (!owner.generatedPassword) return;
  process.stderr.write(`  Sign in as ${owner.email} with the password ${owner.generatedPassword} (shown this once)\n`);
}

/**
 * Runs `run` with a migrated database, whether the app runs or not: DATABASE_URL's, else the running embedded one, else the embedded one
 * started for as long as this takes. Ctrl-C and SIGTERM end it cleanly too.
 */
export async function withDatabase<T>(run: (db: Db, context: { url: string }) => Promise<T>): Promise<T> {
  const opened = await openMigratedDatabase();
  announceOwner(opened.migrated);
  const db = openDatabase(opened.url);
  const close = async () => {
    await db.$disconnect();
    await opened.release();
  };
  const interrupt = (signal: NodeJS.Signals) => {
    // The embedded database ends with the process that used it; what was not committed is rolled back.
    opened.release().finally(() => process.exit(signal === "SIGINT" ? 130 : 143));
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await run(db, { url: opened.url });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    await close();
  }
}
