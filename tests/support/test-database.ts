import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { type Db, openDatabase } from "../../lib/db/client";

/** A database of a test's own. */
export type TestDatabase = { url: string; db: Db; drop: () => Promise<void> };

async function administer(statement: string): Promise<void> {
  const admin = new Client({ connectionString: inject("postgres").url });
  await admin.connect();
  await admin.query(statement).finally(() => admin.end());
}

/** A fresh, migrated database with the site `demo` (UTC) and the owner of test-owner.ts, copied from the run's template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url: server, template } = inject("postgres");
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = Object.assign(new URL(server), { pathname: name }).href;
  const db = openDatabase(url);
  const drop = async () => {
    await db.$disconnect();
    await administer(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { url, db, drop };
}
