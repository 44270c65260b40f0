import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { joinEmbeddedPostgres } from "../../lib/db/embedded/join-embedded-postgres";
import { stopPostmaster } from "../../lib/db/embedded/postmaster";
import { migrate } from "../../lib/db/migrate";
import { TEST_OWNER } from "./test-owner";

declare module "vitest" {
  interface ProvidedContext {
    /** A throw-away server, and the migrated database on it that others are copied from. */
    postgres: { url: string; template: string };
  }
}

const TEMPLATE = "template_migrated";

/** vitest's global set-up: one Postgres for the run, which forgets everything, with one migrated database as the pattern for the rest. */
export default async function setUp(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "footfall-test-"));
  const postgres = await joinEmbeddedPostgres(folder, { durable: false });
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const template = Object.assign(new URL(postgres.url), { pathname: TEMPLATE }).href;
  await migrate(template, { timezone: "UTC", ownerEmail: TEST_OWNER.email, ownerPassword: TEST_OWNER.password });
  project.provide("postgres", { url: postgres.url, template: TEMPLATE });
  return async () => {
    await postgres.release();
    await stopPostmaster(postgres.home);
    await rm(postgres.home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
}
