import { expect, test } from "vitest";
import { openDatabase, withConnection } from "../../../lib/db/client";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase } from "../../support/test-database";

const TABLES = ["visitor", "known_user", "event", "session", "person_hour", "rollup", "rollup_route", "site_counter"];

/** As after a failover to a standby that was behind: what was written since `keep` is gone, and the server goes on. */
const keep = TABLES.map((table) => `CREATE TABLE kept_${table} AS TABLE ${table}`);
const goBack = TABLES.map((table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}`);

const visit = (visitor: string, minute: number) => makeEvent({ visitor, at: new Date(Date.UTC(2026, 5, 10, 12, minute)) });

test("a database that went back in time finds nothing of the lost time in a server that runs on", async () => {
  const database = await createTestDatabase();
  try {
    const { db } = database;
    const site = await readSite(db, "demo");
    const run = (statements: string[]) => withConnection(db, (connection) => connection.query(statements.join(";")));
    await appendEvents(db, site, [visit("ada", 0), visit("bert", 0)]);
    await run(keep);
    await appendEvents(db, site, [visit("cleo", 1), visit("dan", 1), visit("ada", 1)]);
    await run(goBack);
    // As many events as were lost, by another server: the counter stands where this one last saw it.
    const other = openDatabase(database.url);
    await appendEvents(other, site, [visit("bert", 2), visit("eve", 2), visit("fay", 2)]).finally(() => other.$disconnect());
    await appendEvents(db, site, [visit("cleo", 3), visit("dan", 3), visit("ada", 3), visit("eve", 3)]);
    expect(await db.event.count()).toBe(9);
    expect((await verify(db, site)).differences).toEqual([]);
  } finally {
    await database.drop();
  }
});

test("what is acknowledged waits for the disk, whatever the database's own setting", async () => {
  const database = await createTestDatabase();
  try {
    const { db } = database;
    const site = await readSite(db, "demo");
    await withConnection(db, async (connection) => {
      await connection.query("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
      await connection.query(`
        CREATE TABLE seen (setting TEXT);
        CREATE FUNCTION see() RETURNS TRIGGER LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
        CREATE TRIGGER see AFTER UPDATE OR INSERT ON site_counter FOR EACH ROW EXECUTE FUNCTION see()`);
      await connection.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
    });
    await expect
      .poll(() =>
        appendEvents(db, site, [visit("ada", 0)]).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await db.$queryRaw`SELECT setting FROM seen`).toEqual([{ setting: "on" }]);
  } finally {
    await database.drop();
  }
});
