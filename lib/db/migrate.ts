import { Client } from "pg";
import { AppError } from "../app-error";
import { ensureOwner, type OwnerState } from "../auth/ensure-owner";
import { openDatabase } from "./client";
import { ensureFirstSite } from "./first-site";
import { ensurePartitions } from "./keep-partitions";
import { applyMigrations } from "./schema-engine";

const CONNECT_MS = 10_000;
const LOCK = "footfall migrate";

export type MigrateOptions = {
  timezone: string;
  ownerEmail: string | undefined;
  ownerPassword: string | undefined;
  now?: Date;
};
export type Migrated = { applied: string[]; owner: OwnerState };

/** The address without its password, for messages. */
export function describeUrl(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || 5432}${pathname}`;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, options: "-c timezone=UTC" });
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
    const message = `The database at ${describeUrl(url)} can't be used: ${reason}. Start it or correct DATABASE_URL; unset, Footfall brings its own.`;
    throw new AppError("unavailable", message, { field: "DATABASE_URL", cause });
  }
  // A server that goes away must not end the process from an idle connection.
  client.on("error", () => undefined);
  return client;
}

/**
 * Brings the database at `url` to this version: schema, partitions for this and the next three months, the first site, an owner.
 * Changes nothing when all is there. Instances that start at once wait for each other through an advisory lock.
 * Throws AppError `unavailable` when the database can't be reached.
 */
export async function migrate(url: string, options: MigrateOptions): Promise<Migrated> {
  const holder = await connect(url);
  try {
    await holder.query("SELECT pg_advisory_lock(hashtext($1))", [LOCK]);
    const applied = await applyMigrations(url);
    const db = openDatabase(url, { poolSize: 2 });
    try {
      await ensurePartitions(db, options.now ?? new Date());
      await ensureFirstSite(db, options.timezone);
      return { applied, owner: await ensureOwner(db, { email: options.ownerEmail, password: options.ownerPassword }) };
    } finally {
      await db.$disconnect();
    }
  } finally {
    await holder.end();
  }
}
