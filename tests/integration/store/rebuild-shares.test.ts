import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSite, type Site } from "../../../lib/store/read-site";
import { rebuild } from "../../../lib/store/rebuild";
import { verify } from "../../../lib/store/verify";
import { fillEvents } from "../../support/fill-events";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const EVENTS = 60_000;
const CUTTING = "state = 'active' AND query LIKE '%CREATE TEMP TABLE rebuild_event%'";
const LOCKING = "pid IN (SELECT pid FROM pg_locks WHERE relation = 'site_counter'::regclass AND mode = 'RowExclusiveLock')";

let database: TestDatabase;
let site: Site;
/** Looks at what the others do, and gets in their way. */
let observer: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  await fillEvents({ db: database.db, site }, { events: EVENTS, from: Date.parse("2026-03-01T00:00:00Z"), days: 20 });
  await rebuild(database.db, site, "all");
  observer = new Client({ connectionString: database.url });
  await observer.connect();
});
afterAll(async () => {
  await observer.end();
  await database.drop();
});

const connectionsThat = async (condition: string): Promise<number[]> => {
  const { rows } = await observer.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${condition} ORDER BY backend_start DESC`,
  );
  return rows.map(({ pid }) => pid);
};

/** Everything derived from the events, as one number. */
async function digest(): Promise<string> {
  const { rows } = await observer.query<{ digest: string }>(
    `SELECT sum(hashtextextended(line, 0))::text AS digest FROM (
       SELECT s::text AS line FROM session s UNION ALL SELECT p::text FROM person_hour p UNION ALL SELECT r::text FROM rollup r
       UNION ALL SELECT r::text FROM rollup_route r UNION ALL SELECT v::text FROM visitor v UNION ALL SELECT (id, session_id)::text FROM event) AS lines`,
  );
  return rows[0]?.digest as string;
}

/** Waits until the shares cut, and then does something to them. */
async function whileCutting(act: (pids: number[]) => Promise<unknown>): Promise<void> {
  for (;;) {
    const pids = await connectionsThat(CUTTING);
    if (pids.length > 0) return void (await act(pids));
  }
}

const expectNobodyLeft = () => expect.poll(() => connectionsThat("state <> 'idle'")).toEqual([]);

test("two connections cut at once, and the numbers are those of the events", async () => {
  let most = 0;
  const rebuilding = rebuild(database.db, site, "all");
  await whileCutting(async () => {
    while ((await connectionsThat(CUTTING)).length > 0) most = Math.max(most, (await connectionsThat(CUTTING)).length);
  });
  await rebuilding;
  expect(most).toBe(2);
  const { differences, checked } = await verify(database.db, site);
  expect(differences).toEqual([]);
  expect(checked).toBeGreaterThan(EVENTS / 10);
  await expectNobodyLeft();
});

test.each([
  ["a share loses its connection", CUTTING],
  ["the connection with the lock is lost", LOCKING],
])("%s: the rebuild fails, and everything is as it was", async (_what, whose) => {
  const before = await digest();
  const rebuilding = rebuild(database.db, site, "all");
  const failed = expect(rebuilding).rejects.toThrow();
  await whileCutting(async () => {
    const [pid] = await connectionsThat(whose);
    expect(pid).toBeGreaterThan(0);
    await observer.query("SELECT pg_terminate_backend($1)", [pid]);
  });
  await failed;
  await expectNobodyLeft();
  expect(await digest()).toBe(before);
});

test("people of days that have no events any more are in no week", async () => {
  const [day, before] = await Promise.all([
    observer.query<{ day: string }>("SELECT max(day)::text AS day FROM person_hour"),
    observer.query<{ users: string }>("SELECT sum(users_m + users_f + users_unknown) AS users FROM rollup WHERE grain = 'week'"),
  ]);
  const last = day.rows[0]?.day as string;
  await observer.query("DELETE FROM event WHERE at >= $1::date", [last]);
  await rebuild(database.db, site, "all");
  const { differences } = await verify(database.db, site);
  expect(differences).toEqual([]);
  const after = await observer.query<{ users: string }>(
    "SELECT sum(users_m + users_f + users_unknown) AS users FROM rollup WHERE grain = 'week'",
  );
  expect(Number(after.rows[0]?.users)).toBeLessThan(Number(before.rows[0]?.users));
  expect((await observer.query("SELECT FROM person_hour WHERE day >= $1::date", [last])).rowCount).toBe(0);
});

test("who wants the events for himself waits for a rebuild, and does not stop it", async () => {
  const other = new Client({ connectionString: database.url });
  await other.connect();
  const rebuilding = rebuild(database.db, site, "all");
  let taken: Promise<unknown> = Promise.resolve();
  await whileCutting(async () => {
    taken = other.query("BEGIN; LOCK TABLE event, visitor, person_hour, known_user, session IN ACCESS EXCLUSIVE MODE; COMMIT");
  });
  await Promise.all([rebuilding, taken]);
  await other.end();
  expect((await verify(database.db, site)).different).toBe(0);
});

test("a rebuild waits for who has the events for himself", async () => {
  const other = new Client({ connectionString: database.url });
  await other.connect();
  await other.query("BEGIN; LOCK TABLE event IN ACCESS EXCLUSIVE MODE");
  const rebuilding = rebuild(database.db, site, "all");
  await expect.poll(() => connectionsThat("wait_event_type = 'Lock'").then((pids) => pids.length)).toBe(1);
  await other.query("COMMIT");
  await rebuilding;
  await other.end();
  expect((await verify(database.db, site)).different).toBe(0);
});
