import { readdirSync, readFileSync } from "node:fs";
import { Client } from "pg";
import { openDatabase } from "../../lib/db/client";

// Replaced by the throw-away Postgres of the test run as soon as that exists; until then TEST_POSTGRES names a server.
const server = new URL(process.env.TEST_POSTGRES ?? "postgresql://postgres@127.0.0.1:5499/postgres");
let made = 0;

/** A fresh, migrated database with the site `demo`. */
export async function createTestDatabase() {
  made += 1;
  const name = `test_${process.pid}_${Date.now()}_${made}`;
  const admin = new Client({ connectionString: server.href });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: name }).href;
  const connection = new Client({ connectionString: url });
  await connection.connect();
  const migrations = readdirSync("prisma/migrations")
    .filter((entry) => /^\d/.test(entry))
    .sort();
  for (const migration of migrations) await connection.query(readFileSync(`prisma/migrations/${migration}/migration.sql`, "utf8"));
  await connection.query("insert into site (slug, name, timezone) values ('demo', 'Demo site', 'UTC')");
  await connection.end();
  const db = openDatabase(url);
  const drop = async () => {
    await db.$disconnect();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  };
  return { url, db, drop };
}
