import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { AppError } from "../app-error";

type Engine = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");
type MigrationList = Parameters<Engine["SchemaEngine"]["prototype"]["applyMigrations"]>[0]["migrationsList"];

/** The adapter itself cuts a script at every semicolon, also inside functions and comments. Sent whole, it is one transaction besides. */
class WholeScripts extends PrismaPg {
  readonly #opened: Awaited<ReturnType<PrismaPg["connect"]>>[] = [];

  /** Ends the connections. The engine leaves them open, and with them its lock on migrating. */
  async close(): Promise<void> {
    for (const adapter of this.#opened) await adapter.dispose();
  }

  override async connect() {
    const adapter = await super.connect();
    this.#opened.push(adapter);
    adapter.executeScript = async (sql) => {
      await adapter.executeRaw({ sql, args: [], argTypes: [] });
    };
    return adapter;
  }
}

// The engine gives up on its lock after ten seconds and never takes that timer back: it must not hold the process.
const patientTimer = (run: () => void, ms: number) => setTimeout(run, ms).unref();

/** Prisma's schema engine as WebAssembly: its native form is not on the npm registry. The package's own entry expects a bundler. */
async function loadEngine(): Promise<Engine["SchemaEngine"]> {
  const glue = "@prisma/schema-engine-wasm/schema_engine_bg";
  const engine = (await import(glue)) as Engine & { __wbg_set_wasm: (exports: WebAssembly.Exports) => void };
  const folder = dirname(createRequire(join(process.cwd(), "package.json")).resolve(glue));
  const bytes = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const imports = Object.entries(engine).map(([name, value]) => [name, name.startsWith("__wbg_setTimeout_") ? patientTimer : value]);
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": Object.fromEntries(imports) });
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return engine.SchemaEngine;
}

// The glue holds one instance for the whole module: a second one would pull the memory from under the first.
let loaded: Promise<Engine["SchemaEngine"]> | undefined;

function readMigrations(folder: string): MigrationList {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const migrationDirectories = names
    .map(({ name }) => name)
    .sort()
    .map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: readFileSync(join(folder, name, "migration.sql"), "utf8") },
      },
    }));
  const lockfile = { path: "migration_lock.toml", content: readFileSync(join(folder, "migration_lock.toml"), "utf8") };
  return { baseDir: folder, lockfile, shadowDbInitScript: "", migrationDirectories };
}

/** The engine's errors carry its own Rust trace below the message. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  const trace = lines.findIndex((line) => /^\s+\d+: /.test(line));
  return lines
    .slice(0, trace < 0 ? undefined : trace)
    .join(" ")
    .trim();
}

/**
 * Applies what is new in prisma/migrations, just as `prisma migrate deploy` does, and returns the names of what was applied.
 * Throws what the database said about the first migration that fails.
 */
export async function applyMigrations(url: string, folder = resolve("prisma/migrations")): Promise<string[]> {
  loaded ??= loadEngine();
  const SchemaEngine = await loaded;
  const scripts = new WholeScripts({ connectionString: url, options: "-c timezone=UTC" });
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(scripts));
  try {
    const migrationsList = readMigrations(folder);
    const filters = { externalTables: [], externalEnums: [] };
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: false });
    // A script is one transaction: of one that failed (a full disk, a killed process) nothing has stayed, so it may be tried again.
    for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  } catch (cause) {
    throw new AppError("unavailable", `The database could not be brought up to date: ${reasonOf(cause)}`, { cause });
  } finally {
    engine.free();
    await scripts.close();
  }
}
