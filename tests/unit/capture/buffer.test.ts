import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBuffer } from "@/lib/capture/buffer";
import type { BufferOptions, EventBuffer } from "@/lib/capture/buffer-types";
import { readCounters } from "@/lib/capture/counters";
import { openSpool } from "@/lib/capture/spool";
import { eventually } from "../../support/eventually";
import { makeSink } from "../../support/fake-sink";
import { makeEvent } from "../../support/make-event";

const FAST = { intervalMs: 5, retryMs: { first: 5, longest: 20 }, commitTimeoutMs: 100, stopMs: 200 };

let store: ReturnType<typeof makeSink>;
let buffer: EventBuffer;
let dir: string;

const open = (options: Partial<BufferOptions> = {}) => {
  buffer = createBuffer({ sink: store.sink, ...FAST, ...options });
  return buffer;
};
const counted = (name: string) => readCounters()[name] ?? 0;

beforeEach(() => {
  store = makeSink();
  dir = mkdtempSync(join(tmpdir(), "footfall-spool-"));
});
afterEach(async () => {
  store.go("none");
  await buffer.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("events that come close together are committed as one batch", async () => {
  open();
  for (let index = 0; index < 50; index++) buffer.record("demo", makeEvent());
  await eventually(() => expect(store.stored.size).toBe(50));
  expect(store.batches).toEqual([50]);
});

test("an event that comes after a silence does not wait for others; what comes within the interval after a batch does", async () => {
  open({ intervalMs: 300 });
  buffer.record("demo", makeEvent());
  await eventually(() => expect(store.batches).toEqual([1]));
  const began = performance.now();
  buffer.record("demo", makeEvent());
  buffer.record("demo", makeEvent());
  await eventually(() => expect(store.batches).toEqual([1, 2]));
  expect(performance.now() - began).toBeGreaterThan(150);
});

test("a full batch does not wait for the interval", async () => {
  open({ intervalMs: 60_000, batchSize: 10 });
  buffer.record("demo", makeEvent());
  await eventually(() => expect(store.batches).toEqual([1]));
  for (let index = 0; index < 20; index++) buffer.record("demo", makeEvent());
  await eventually(() => expect(store.batches).toEqual([1, 10, 10]));
});

test("each site's events are a call of their own", async () => {
  open();
  buffer.record("demo", makeEvent());
  buffer.record("other", makeEvent());
  buffer.record("demo", makeEvent());
  await eventually(() => expect(store.batches).toEqual([2, 1]));
});

test("waiting ends when the events are committed, not before", async () => {
  open();
  store.go("hangs");
  let done = false;
  const waiting = buffer.recordAndWait("demo", [makeEvent(), makeEvent()]).then(() => {
    done = true;
  });
  await eventually(() => expect(buffer.status().queued).toBe(2));
  expect(done).toBe(false);
  store.go("none");
  await waiting;
  expect(store.stored.size).toBe(2);
});

test("without a spool, events wait in memory while the database is away, and are stored once it is back", async () => {
  open();
  store.go("away");
  for (let index = 0; index < 30; index++) buffer.record("demo", makeEvent());
  await eventually(() => expect(buffer.status().healthy).toBe(false));
  store.go("none");
  await eventually(() => expect(store.stored.size).toBe(30));
  await eventually(() => expect(buffer.status()).toMatchObject({ healthy: true, queued: 0, lastError: null }));
});

test("a full buffer drops what comes, counts it, and tells who waits", async () => {
  const before = counted("dropped:buffer-full");
  open({ capacity: 10 });
  store.go("away");
  for (let index = 0; index < 15; index++) buffer.record("demo", makeEvent());
  expect(counted("dropped:buffer-full") - before).toBe(5);
  await expect(buffer.recordAndWait("demo", [makeEvent()])).rejects.toMatchObject({ code: "unavailable" });
});

test("the events of one call are taken in all or not at all, and go into one batch", async () => {
  open({ capacity: 10, batchSize: 4, intervalMs: 60_000 });
  for (let index = 0; index < 3; index++) buffer.record("demo", makeEvent());
  await expect(
    buffer.recordAndWait(
      "demo",
      Array.from({ length: 8 }, () => makeEvent()),
    ),
  ).rejects.toMatchObject({ code: "unavailable" });
  expect(buffer.status().queued).toBe(3);
  await buffer.recordAndWait(
    "demo",
    Array.from({ length: 5 }, () => makeEvent()),
  );
  expect(store.batches).toEqual([8]);
});

test("with a spool, events go to disk while the database is away, leave memory, and come back in order, each once", async () => {
  const spool = openSpool({ dir });
  open({ spool });
  store.go("away");
  const events = Array.from({ length: 200 }, (_, index) => makeEvent({ path: `/${index}` }));
  for (const event of events) buffer.record("demo", event);
  await eventually(() => expect(buffer.status().queued).toBe(0));
  expect(buffer.status().spooledBytes).toBeGreaterThan(0);
  store.go("none");
  await eventually(() => expect(store.stored.size).toBe(200));
  expect([...store.stored.keys()]).toEqual(events.map((event) => event.id));
  await eventually(() => expect(readdirSync(dir)).toEqual([]));
});

test("a commit without an answer counts as failed, and as nothing when it succeeds after all", async () => {
  const spool = openSpool({ dir });
  open({ spool });
  store.go("hangs");
  buffer.record("demo", makeEvent());
  await eventually(() => expect(buffer.status().healthy).toBe(false));
  store.go("none");
  await eventually(() => expect(buffer.status()).toMatchObject({ healthy: true, spooledBytes: 0 }));
  expect(store.stored.size).toBe(1);
});

test("an event that the store refuses does not hold up the others; it is counted, and who waits for it is told", async () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const before = counted("dropped:refused-by-store");
  open();
  const events = Array.from({ length: 20 }, () => makeEvent());
  const bad = makeEvent();
  store.refuse(bad.id);
  for (const event of events) buffer.record("demo", event);
  // By its code: the database's own words quote what it refused.
  const [good, other] = [makeEvent(), makeEvent()];
  const refused = await buffer.recordAndWait("demo", [good, bad, other]);
  expect([...refused]).toEqual([[bad.id, "the database does not take it (22003)."]]);
  expect([good.id, other.id].every((id) => store.stored.has(id))).toBe(true);
  await eventually(() => expect(store.stored.size).toBe(22));
  expect(counted("dropped:refused-by-store") - before).toBe(1);
  quiet.mockRestore();
});

test("stopping commits what is queued; stopping again does nothing", async () => {
  open({ intervalMs: 60_000 });
  buffer.record("demo", makeEvent());
  await buffer.stop();
  await buffer.stop();
  expect(store.stored.size).toBe(1);
});

test("stopping while the database hangs leaves everything in the spool, for the next process to store", async () => {
  open({ spool: openSpool({ dir }), intervalMs: 1 });
  store.go("hangs");
  const events = Array.from({ length: 5 }, () => makeEvent());
  for (const event of events) buffer.record("demo", event);
  await buffer.stop();
  expect(store.stored.size).toBe(0);
  const next = makeSink();
  const later = createBuffer({ sink: next.sink, spool: openSpool({ dir }), ...FAST });
  await later.flush();
  expect([...next.stored.keys()].sort()).toEqual(events.map((event) => event.id).sort());
  await later.stop();
});

test("a segment that the disk does not give holds up no recording and is no trouble of the database; it is replayed when it can be read", async () => {
  const spool = openSpool({ dir });
  open({ spool, rescanMs: 20 });
  store.go("away");
  const lost = makeEvent();
  buffer.record("demo", lost);
  await eventually(() => expect(buffer.status()).toMatchObject({ queued: 0, healthy: false }));
  spool.close();
  const file = join(dir, readdirSync(dir)[0] ?? "");
  renameSync(file, `${file}.aside`);
  mkdirSync(file);
  store.go("none");
  await eventually(() => expect(buffer.status()).toMatchObject({ healthy: true, setAside: 1 }));
  const next = makeEvent();
  expect(await buffer.recordAndWait("demo", [next])).toEqual(new Map());
  expect(buffer.status()).toMatchObject({ healthy: true, lastError: null });
  rmdirSync(file);
  renameSync(`${file}.aside`, file);
  await eventually(() => expect([...store.stored.keys()]).toEqual([next.id, lost.id]));
  await eventually(() => expect(buffer.status()).toMatchObject({ setAside: 0, spooledBytes: 0 }));
});

test("what a server leaves in the folder while this one is idle is stored without a restart", async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "footfall-spool-of-another-"));
  const other = openSpool({ dir: elsewhere });
  const event = makeEvent();
  other.append([{ site: "demo", event }]);
  other.close();
  open({ spool: openSpool({ dir }), rescanMs: 10 });
  await buffer.flush();
  renameSync(join(elsewhere, readdirSync(elsewhere)[0] ?? ""), join(dir, `1000-${2 ** 30}-0.spool`));
  rmSync(elsewhere, { recursive: true });
  await eventually(() => expect([...store.stored.keys()]).toEqual([event.id]));
});

test("while a commit hangs under load, the older batch goes to disk before the newer ones, and all are stored in the order in which they came", async () => {
  const spool = openSpool({ dir });
  open({ spool, capacity: 40, batchSize: 5, intervalMs: 1 });
  store.go("hangs");
  const events = Array.from({ length: 37 }, () => makeEvent());
  const [first, ...rest] = events;
  const answer = buffer.recordAndWait("demo", first ? [first] : []);
  for (const event of rest.slice(0, 4)) buffer.record("demo", event);
  await eventually(() => expect(store.waiting()).toBe(1));
  for (const event of rest.slice(4)) buffer.record("demo", event);
  expect(buffer.status().spooledBytes).toBeGreaterThan(0);
  await expect(answer).rejects.toMatchObject({ code: "unavailable" }); // the commit has timed out; what it held is on disk
  await eventually(() => expect(buffer.status()).toMatchObject({ queued: 0, healthy: false }));
  store.go("none", { release: false });
  await eventually(() => expect(store.stored.size).toBe(37));
  expect([...store.stored.keys()]).toEqual(events.map(({ id }) => id));
});

test("a slow commit that succeeds after its copy went to disk settles its call, and what went to disk comes before what is queued", async () => {
  const spool = openSpool({ dir });
  open({ spool, capacity: 40, batchSize: 5, intervalMs: 1, commitTimeoutMs: 20_000 });
  store.go("hangs");
  const events = Array.from({ length: 39 }, () => makeEvent());
  const answer = buffer.recordAndWait("demo", events.slice(0, 5));
  await eventually(() => expect(store.waiting()).toBe(1));
  for (const event of events.slice(5)) buffer.record("demo", event);
  expect(buffer.status().spooledBytes).toBeGreaterThan(0);
  expect(buffer.status().queued).toBeGreaterThan(5);
  store.go("none");
  expect(await answer).toEqual(new Map());
  await eventually(() => expect(store.stored.size).toBe(39));
  expect([...store.stored.keys()]).toEqual(events.map(({ id }) => id));
  await eventually(() => expect(buffer.status()).toMatchObject({ queued: 0, spooledBytes: 0, healthy: true }));
});

test("an error that nobody knows drops nothing: it waits until it has passed", async () => {
  const before = counted("dropped:refused-by-store");
  open();
  store.go("odd");
  buffer.record("demo", makeEvent());
  await eventually(() => expect(buffer.status().healthy).toBe(false));
  store.go("none");
  await eventually(() => expect(store.stored.size).toBe(1));
  expect(counted("dropped:refused-by-store")).toBe(before);
});

/** Events that tell how often one of them was made a line of the spool. */
function countLines() {
  const made = { lines: 0 };
  const next = () => {
    const event = makeEvent();
    return Object.assign(event, {
      toJSON: () => {
        made.lines += 1;
        return { ...event, toJSON: undefined };
      },
    });
  };
  return { made, next };
}

test("a database that is back is noticed under a load that never pauses", async () => {
  open({ spool: openSpool({ dir }) });
  const before = counted("spooled");
  store.go("away");
  for (const end = performance.now() + 20_000; store.stored.size === 0 && performance.now() < end; await setImmediate()) {
    if (counted("spooled") > before) store.go("none");
    buffer.record("demo", makeEvent());
  }
  expect(counted("spooled")).toBeGreaterThan(before);
  expect(store.stored.size).toBeGreaterThan(0);
});

/** A server whose database hangs, and more than half of what may wait in memory does. */
async function hangWithHalfOf(capacity: number, options: Partial<BufferOptions>) {
  open({ capacity, batchSize: 10, intervalMs: 1, commitTimeoutMs: 60_000, ...options });
  store.go("hangs");
  const { made, next } = countLines();
  buffer.record("demo", next());
  await vi.waitFor(() => expect(store.waiting()).toBe(1));
  for (let index = 0; index < capacity / 2; index++) buffer.record("demo", next());
  return { made, next };
}

test("a full spool costs a page nothing: nothing is made a line while none fits, and what is in memory waits there", async () => {
  const spool = openSpool({ dir, maxBytes: 100_000, retryMs: 60_000 });
  const { made, next } = await hangWithHalfOf(20_000, { spool, batchSize: 1_000 });
  const [{ lines }, { queued, spooledBytes }] = [{ ...made }, buffer.status()];
  expect(spooledBytes).toBeGreaterThan(90_000);
  expect(lines).toBeLessThan(1_000);
  for (let index = 0; index < 2_000; index++) buffer.record("demo", next());
  expect(made.lines).toBe(lines);
  expect(buffer.status().queued).toBe(queued + 2_000);
  store.go("none");
  await vi.waitFor(() => expect(store.stored.size).toBe(12_001), { timeout: 20_000 });
});

test("a spool that cannot be written costs a page nothing, and is written once it can be", async () => {
  const spool = openSpool({ dir, retryMs: 0 });
  rmSync(dir, { recursive: true });
  writeFileSync(dir, "no folder");
  const { made, next } = await hangWithHalfOf(2_000, { spool });
  for (let index = 0; index < 500; index++) buffer.record("demo", next());
  expect(made.lines).toBe(0);
  expect(buffer.status()).toMatchObject({ queued: 1_501, spooledBytes: 0, spool: "broken" });
  rmSync(dir);
  buffer.record("demo", next());
  expect(buffer.status().spooledBytes).toBeGreaterThan(0);
  expect(made.lines).toBe(10);
});

test("what goes to disk goes a batch at a time, so that pages are answered in between", async () => {
  const { made, next } = await hangWithHalfOf(2_000, { spool: openSpool({ dir }), batchSize: 100 });
  for (let index = 0; index < 20; index++) {
    const before = made.lines;
    buffer.record("demo", next());
    expect(made.lines - before).toBeLessThanOrEqual(100);
  }
  expect(made.lines).toBeGreaterThan(0);
  let most = 0;
  let seen = made.lines;
  const look = () => {
    most = Math.max(most, made.lines - seen);
    seen = made.lines;
    if (seen < 1_000) setImmediate(look);
  };
  store.go("away");
  look();
  await vi.waitFor(() => expect(buffer.status()).toMatchObject({ healthy: false, queued: 0 }));
  expect(most).toBeLessThanOrEqual(200);
  store.go("none");
  await vi.waitFor(() => expect(store.stored.size).toBe(1_021));
});

test("a spool whose folder could not be opened takes over what waits in memory once it can be", async () => {
  rmSync(dir, { recursive: true });
  writeFileSync(dir, "no folder");
  open({ spool: openSpool({ dir, retryMs: 60_000 }), rescanMs: 10 });
  store.go("away");
  for (let index = 0; index < 5; index++) buffer.record("demo", makeEvent());
  await vi.waitFor(() => expect(buffer.status()).toMatchObject({ healthy: false, spool: "none", queued: 5 }));
  rmSync(dir);
  await vi.waitFor(() => expect(buffer.status()).toMatchObject({ spool: "ok", queued: 0 }));
  store.go("none");
  await vi.waitFor(() => expect(store.stored.size).toBe(5));
});
