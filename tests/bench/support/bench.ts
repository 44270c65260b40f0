import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Db, openDatabase } from "../../../lib/db/client";
import { type EmbeddedPostgres, joinEmbeddedPostgres } from "../../../lib/db/embedded/join-embedded-postgres";
import { stopPostmaster } from "../../../lib/db/embedded/postmaster";
import { migrate } from "../../../lib/db/migrate";
import { readSite, type Site } from "../../../lib/store/read-site";

/** A migrated database with the site `demo`. */
export interface BenchDatabase {
  url: string;
  db: Db;
  site: Site;
}

/** What measurements work with. Everything is made at first use, thrown away at the end, and shared where that costs nothing. */
export interface Bench {
  /** A smoke run: the smallest sizes that prove the harness. */
  quick: boolean;
  /** How many requests the soak sends. */
  soakRequests: number;
  /** A folder of the run's own. */
  folder: string;
  /** Tells a person what goes on. */
  say(text: string): void;
  /** One thing a run, made by whoever asks first. */
  once<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
  /** A database of that name; the same one for the same name. */
  database(name: string): Promise<BenchDatabase>;
  /** Every database made so far. */
  databases(): { name: string; database: BenchDatabase }[];
  /** Runs at the end, the latest first. */
  defer(close: () => Promise<unknown>): void;
}

export const OWNER = { email: "owner@bench.test", password: "the bench's own password" };

/** Opens a bench, runs `run` with it, and takes everything down again, whatever happened. */
export async function withBench<Result>(
  options: Pick<Bench, "quick" | "say" | "soakRequests">,
  run: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "footfall-bench-"));
  const made = new Map<string, Promise<unknown>>();
  const databases = new Map<string, BenchDatabase>();
  const closing: (() => Promise<unknown>)[] = [];
  const once = <Value>(name: string, make: () => Promise<Value>) => {
    const value = (made.get(name) as Promise<Value> | undefined) ?? make();
    made.set(name, value);
    return value;
  };
  const bench: Bench = {
    ...options,
    folder,
    once,
    defer: (close) => closing.push(close),
    databases: () => [...databases].map(([name, database]) => ({ name, database })),
    database: (name) =>
      once(`database ${name}`, async () => {
        const postgres = await once("postgres", () => startPostgres(bench));
        const database = await createDatabase(postgres.url, name);
        databases.set(name, database);
        bench.defer(() => database.db.$disconnect());
        return database;
      }),
  };
  const interrupt = () => void close().finally(() => process.exit(130));
  const close = async () => {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    for (const step of closing.reverse().splice(0)) await step().catch((error) => options.say(`while closing: ${error}`));
    await rm(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await run(bench);
  } finally {
    await close();
  }
}

/** The product's own Postgres with the product's own settings: durable, as in production. */
async function startPostgres(bench: Bench): Promise<EmbeddedPostgres> {
  const postgres = await joinEmbeddedPostgres(bench.folder);
  bench.defer(async () => {
    await postgres.release();
    await stopPostmaster(postgres.home);
    await rm(postgres.home, { recursive: true, force: true });
  });
  return postgres;
}

async function createDatabase(server: string, name: string): Promise<BenchDatabase> {
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`).finally(() => admin.end());
  const url = Object.assign(new URL(server), { pathname: name }).href;
  await migrate(url, { timezone: "UTC", ownerEmail: OWNER.email, ownerPassword: OWNER.password });
  const db = openDatabase(url);
  return { url, db, site: await readSite(db, "demo") };
}
