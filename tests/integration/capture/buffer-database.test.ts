import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createBuffer } from "@/lib/capture/buffer";
import type { EventSink } from "@/lib/capture/event-sink";
import { openSpool } from "@/lib/capture/spool";
import { captureState } from "@/lib/capture/state";
import { isPassingTrouble } from "@/lib/capture/trouble";
import { inTransaction } from "@/lib/db/in-transaction";
import { appendEvents } from "@/lib/store/append-events";
import { readSite, type Site } from "@/lib/store/read-site";
import { verify } from "@/lib/store/verify";
import { makeEvent } from "../../support/make-event";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let site: Site;
let sink: EventSink;
let dir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  dir = mkdtempSync(join(tmpdir(), "footfall-spool-"));
  sink = {
    append: (_slug, events) => appendEvents(database.db, site, events),
    appendExcluded: async () => undefined,
    ping: async () => void (await database.db.$queryRaw`SELECT 1`),
  };
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await database.drop();
});

/** Cuts every other connection to this database, as often as it is called. */
const cutConnections = () =>
  database.db
    .$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;

test("events recorded while connections are cut in mid-commit are all stored, each once, and the numbers agree with them", async () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const buffer = createBuffer({ sink, spool: openSpool({ dir }), intervalMs: 2, batchSize: 50, retryMs: { first: 5, longest: 50 } });
  const events = Array.from({ length: 1_500 }, (_, index) =>
    makeEvent({ visitor: `visitor-${index % 40}`, at: new Date(Date.UTC(2026, 5, 10, 12) + index * 700) }),
  );
  for (const [index, event] of events.entries()) {
    buffer.record("demo", event);
    if (index % 150 === 0) await cutConnections().catch(() => undefined);
  }
  await vi.waitFor(() => expect(buffer.status()).toMatchObject({ queued: 0, spooledBytes: 0, healthy: true }), { timeout: 30_000 });
  await buffer.stop();
  const stored = await database.db.event.findMany({ select: { id: true } });
  expect(stored.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
  expect((await verify(database.db, site)).differences).toEqual([]);
  quiet.mockRestore();
});

test("two outages, the second amid the replay of the first, over many segments and two processes: all is stored in the order in which it came, each once", async () => {
  let away = true;
  let commitsLeft = Number.POSITIVE_INFINITY;
  const refuse = () => Promise.reject(new Error("connect ECONNREFUSED 127.0.0.1:5432"));
  const appended: number[] = [];
  const faulty: EventSink = {
    ...sink,
    append: async (slug, batch) => {
      away ||= commitsLeft-- <= 0;
      if (away) return refuse();
      const done = await sink.append(slug, batch);
      appended.push(done.appended);
      expect(done.duplicates).toBe(0);
      return done;
    },
    ping: () => (away ? refuse() : sink.ping()),
  };
  const spoolDir = join(dir, "two-outages");
  const open = () => {
    const spool = openSpool({ dir: spoolDir, segmentBytes: 4_000 });
    return createBuffer({ sink: faulty, spool, intervalMs: 2, batchSize: 20, stopMs: 50, retryMs: { first: 5, longest: 20 } });
  };
  const events: string[] = [];
  const record = (buffer: ReturnType<typeof createBuffer>, count: number) => {
    for (let index = 0; index < count; index++) {
      // Not in the order of their times: what is asked for is the order in which they came.
      const event = makeEvent({
        visitor: `in-order-${index % 7}`,
        at: new Date(Date.UTC(2026, 6, 1) + ((events.length * 7_919) % 86_400) * 1_000),
      });
      events.push(event.id);
      buffer.record("demo", event);
    }
  };
  const spooled = (buffer: ReturnType<typeof createBuffer>) =>
    vi.waitFor(() => expect(buffer.status()).toMatchObject({ queued: 0, healthy: false }), { timeout: 10_000 });

  const first = open();
  for (let part = 0; part < 8; part++) {
    record(first, 40);
    await spooled(first);
  }
  expect(readdirSync(spoolDir).length).toBeGreaterThan(5);
  [away, commitsLeft] = [false, 3];
  await vi.waitFor(() => expect(away).toBe(true), { timeout: 10_000 });
  record(first, 40);
  await spooled(first);
  await first.stop();
  vi.useFakeTimers({ now: Date.now() - 86_400_000, toFake: ["Date"] }); // the clock is set back while the server is down
  const second = open();
  record(second, 40);
  await spooled(second);
  vi.useRealTimers();
  record(second, 40);
  [away, commitsLeft] = [false, Number.POSITIVE_INFINITY];
  record(second, 40);
  await vi.waitFor(() => expect(second.status()).toMatchObject({ queued: 0, spooledBytes: 0, healthy: true }), { timeout: 30_000 });
  await second.stop();
  const stored = await database.db.event.findMany({ where: { id: { in: events } }, orderBy: { seq: "asc" }, select: { id: true } });
  expect(stored.map(({ id }) => id)).toEqual(events);
  expect(appended.reduce((sum, amount) => sum + amount, 0)).toBe(events.length);
  expect((await verify(database.db, site)).differences).toEqual([]);
});

test("an event whose text the database cannot hold is stored without those characters", async () => {
  const buffer = createBuffer({ sink, intervalMs: 2 });
  const event = makeEvent({ visitor: "odd", path: "/a\u0000b", title: "half \ud800 pair" });
  await buffer.recordAndWait("demo", [event]);
  await buffer.stop();
  expect(await database.db.event.findFirst({ where: { id: event.id } })).toMatchObject({ path: "/ab", title: "half \ufffd pair" });
});

const refused = () => captureState().counters.get("dropped:refused-by-store") ?? 0;

const ELSEWHERE = "ALTER FUNCTION write_batch RENAME TO write_batch_of_another_version";
const BACK = "ALTER FUNCTION write_batch_of_another_version RENAME TO write_batch";

test("events that come while the schema is another version's wait on disk, and are all stored when it fits again; one that cannot be stored is dropped alone", async () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const spool = openSpool({ dir: join(dir, "versions") });
  const buffer = createBuffer({ sink, spool, intervalMs: 2, batchSize: 50, retryMs: { first: 5, longest: 50 } });
  const before = refused();
  await database.db.$executeRawUnsafe(ELSEWHERE);
  const events = Array.from({ length: 200 }, (_, index) => makeEvent({ visitor: `waits-${index % 9}` }));
  for (const event of events) buffer.record("demo", event);
  await vi.waitFor(
    () => expect(buffer.status()).toMatchObject({ queued: 0, healthy: false, lastError: expect.stringContaining("42883") }),
    { timeout: 20_000 },
  );
  expect(buffer.status().spooledBytes).toBeGreaterThan(0);
  expect(refused()).toBe(before);
  await database.db.$executeRawUnsafe(BACK);
  const settled = () =>
    vi.waitFor(() => expect(buffer.status()).toMatchObject({ queued: 0, spooledBytes: 0, healthy: true }), { timeout: 30_000 });
  await settled();
  // Its refusal quotes the number, which is also the state of a server without resources.
  for (const event of [...events.slice(0, 3), makeEvent({ id: "53000" }), makeEvent({ visitor: "last" })]) buffer.record("demo", event);
  await settled();
  await buffer.stop();
  expect(refused()).toBe(before + 1);
  expect(await database.db.event.count({ where: { id: { in: events.map(({ id }) => id) } } })).toBe(200);
  expect((await verify(database.db, site)).differences).toEqual([]);
  quiet.mockRestore();
});

test("a statement that a pooler's connection does not know, or whose table has changed, is trouble that passes", async () => {
  const troubles: boolean[] = [];
  const inOneTransaction = (between: string) =>
    inTransaction(database.db, async (tx) => {
      const ask = () => tx.query({ name: `before ${between}`, text: "SELECT * FROM site" });
      await ask();
      await tx.query(between);
      await ask();
    });
  for (const between of ["DEALLOCATE ALL", "ALTER TABLE site ADD COLUMN another integer"])
    await inOneTransaction(between).catch((error) => troubles.push(isPassingTrouble(error)));
  await database.db.$queryRaw`SELECT ${"closed"}::text::smallint`.catch((error) => troubles.push(isPassingTrouble(error)));
  expect(troubles).toEqual([true, true, false]);
});
