import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyMigrations } from "../../lib/db/schema-engine";
import { readSite } from "../../lib/store/read-site";
import { verify } from "../../lib/store/verify";
import { findPages } from "../chaos/arena/judge";
import { startLoad } from "../chaos/arena/load";
import { runApp, type TestApp } from "../support/run-app";

/** What a next version may bring: columns, a table, an index, on the tables that every commit writes. */
const NEXT_VERSION = `
  ALTER TABLE event ADD COLUMN note TEXT;
  ALTER TABLE session ADD COLUMN score INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX event_route_id_idx ON event (route_id);
  CREATE TABLE goal (id SERIAL PRIMARY KEY, site_id SMALLINT NOT NULL REFERENCES site (id), name TEXT NOT NULL);`;

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await runApp();
  folder = mkdtempSync(join(tmpdir(), "footfall-migrations-"));
  cpSync("prisma/migrations", folder, { recursive: true });
});
afterAll(async () => {
  await app?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("migrations go forward on a live database: the server that runs loses nothing, and counts truly", async () => {
  const load = startLoad(() => [app.url], { senders: 6, readers: 4 });
  const more = async () => {
    const already = load.known.acknowledged.size;
    await expect.poll(() => load.known.acknowledged.size, { timeout: 30_000 }).toBeGreaterThan(already + 50);
  };
  await more();
  const name = "20990101000000_next";
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "migration.sql"), NEXT_VERSION);
  expect(await applyMigrations(app.databaseUrl, folder)).toEqual([name]);
  await more();

  const { sent, acknowledged, pages } = await load.stop();
  // What was sent last may have been cut off before its answer: it may be stored, and need not.
  const stored = async () => (await app.db.event.findMany({ where: { id: { in: [...sent] } }, select: { id: true } })).map(({ id }) => id);
  const missing = async () => {
    const there = new Set(await stored());
    return [...acknowledged].filter((id) => !there.has(id));
  };
  await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
  const ids = await stored();
  expect(ids).toHaveLength(new Set(ids).size);
  const pagesStored = async () => (await findPages(app.db, pages)).reduce((sum, { times }) => sum + Number(times), 0);
  await expect.poll(pagesStored, { timeout: 20_000 }).toBe(pages.size);
  expect((await verify(app.db, await readSite(app.db, "demo"))).differences).toEqual([]);
});
