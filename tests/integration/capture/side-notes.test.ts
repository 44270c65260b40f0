import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { count, exampleOf, readCounters } from "@/lib/capture/counters";
import type { ExcludedRequest } from "@/lib/capture/reasons";
import type { SideNoteSink } from "@/lib/capture/side-note";
import { createSideNotes, type SideNotes } from "@/lib/capture/side-notes";
import { captureState } from "@/lib/capture/state";
import { inTransaction } from "@/lib/db/in-transaction";
import { addCaptureCounts } from "@/lib/store/capture-counts";
import { appendExcluded } from "@/lib/store/excluded";
import { readSite, type Site } from "@/lib/store/read-site";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let site: Site;
let notes: SideNotes;
/** What befalls each call after it has been answered by the database. */
let lose: () => Promise<void> | void;

beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
});
beforeEach(async () => {
  captureState().counters.clear();
  captureState().examples.clear();
  await database.db.$executeRaw`TRUNCATE excluded_event, capture_count, capture_flush`;
  lose = () => undefined;
  notes = open();
});
afterAll(() => database.drop());

const open = () => createSideNotes(sink, { patienceMs: 200, stopMs: 200 });
const sink: SideNoteSink = {
  appendExcluded: async (_slug, rows, key) => {
    await appendExcluded(database.db, site.id, rows, key);
    await lose();
  },
  addCounts: async ({ at, amounts, examples }, key) => {
    await addCaptureCounts(database.db, site, at, amounts, examples, key);
    await lose();
  },
  saveVitals: async () => undefined,
  ping: async () => undefined,
};

const request = (path: string): ExcludedRequest => ({
  at: new Date(),
  category: "bot",
  reason: "told by its name",
  path,
  method: "GET",
  status: 200,
  address: null,
  userAgent: null,
});
const storedPaths = async () => (await database.db.excludedEvent.findMany({ orderBy: { id: "asc" } })).map(({ path }) => path);
const storedCounts = async () =>
  Object.fromEntries((await database.db.captureCount.findMany()).map(({ name, amount }) => [name, Number(amount)]));
const lostAnswer = () => Promise.reject(Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" }));

test("what is committed and whose answer is lost, again and again, is stored once, with what came in the meantime", async () => {
  lose = lostAnswer;
  for (let round = 0; round < 4; round++) {
    notes.recordExcluded("demo", request(`/${round}`));
    count("dropped:buffer-full", 10);
    await notes.flush();
  }
  lose = () => undefined;
  count("dropped:buffer-full", 2);
  await notes.flush();
  await notes.flush();
  expect(await storedPaths()).toEqual(["/0", "/1", "/2", "/3"]);
  expect(await storedCounts()).toEqual({ "dropped:buffer-full": 42, "excluded:bot": 4 });
});

test("a try that is still under way when the next one begins counts once", async () => {
  count("ignored:prefetch", 3);
  let trying: Promise<void> | undefined;
  await inTransaction(database.db, async (tx) => {
    await tx.query("LOCK TABLE capture_count");
    trying = notes.flush(); // waits for the lock, and is given up after a moment
    await trying;
    trying = notes.flush();
  });
  await trying;
  await vi.waitFor(async () => {
    await notes.flush();
    expect(await storedCounts()).toEqual({ "ignored:prefetch": 3 });
  });
});

test("two processes do not take each other's notes for their own", async () => {
  const other = open();
  for (const each of [notes, other]) each.recordExcluded("demo", request("/same"));
  await Promise.all([notes.flush(), other.flush()]);
  expect(await storedPaths()).toEqual(["/same", "/same"]);
  expect(await database.db.captureFlush.count()).toBe(2);
});

test("processes long gone leave no row behind", async () => {
  await database.db.captureFlush.create({ data: { writer: crypto.randomUUID(), sequence: 9, at: new Date("2020-01-01T00:00:00Z") } });
  count("ignored:prefetch");
  await notes.flush();
  expect(await database.db.captureFlush.findMany()).toEqual([expect.objectContaining({ sequence: 1n })]);
});

test("a row that the store refuses is left out and counted, the others are stored, and so is what is counted", async () => {
  for (const path of ["/good", "/b\0d", "/better"]) notes.recordExcluded("demo", request(path));
  count("ignored:aborted", 2, () => ({ ...exampleOf("/x", null)(), path: "half a \0 word" }));
  await notes.flush();
  await notes.flush();
  expect(await storedPaths()).toEqual(["/good", "/better"]);
  expect(await storedCounts()).toEqual({ "excluded:bot": 3, "ignored:aborted": 2, "dropped:refused-by-store": 1 });
});

test("what the database has not taken when the server stops is counted", async () => {
  lose = lostAnswer;
  sink.ping = lostAnswer;
  notes.recordExcluded("demo", request("/taken-out"));
  await notes.flush();
  for (const path of ["/1", "/2"]) notes.recordExcluded("demo", request(path));
  await notes.stop();
  expect(readCounters()["dropped:stopped"]).toBe(3);
  sink.ping = async () => undefined;
});
