import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCounters } from "@/lib/capture/counters";
import type { NewEvent } from "@/lib/capture/event";
import { openSpool } from "@/lib/capture/spool";
import { makeEvent } from "../../support/make-event";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "footfall-spool-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ site: "demo", event: makeEvent({ path: `/${index}` }) }));

async function replayAll(spool = openSpool({ dir })): Promise<NewEvent[]> {
  const seen: NewEvent[] = [];
  await spool.replay(async (_site, events) => {
    seen.push(...events);
  });
  return seen;
}

const onlyFile = () => join(dir, readdirSync(dir)[0] ?? "");
const corrupt = () => readCounters()["dropped:spool-corrupt"] ?? 0;

test("what is written comes back as it was, dates and all, and only once", async () => {
  const spool = openSpool({ dir });
  const written = items(2_500);
  expect(spool.append(written)).toBe(2_500);
  expect(await replayAll(spool)).toEqual(written.map((item) => item.event));
  expect(spool.bytes()).toBe(0);
  expect(await replayAll(spool)).toEqual([]);
});

test("another process finds what one left behind", async () => {
  const spool = openSpool({ dir });
  const written = items(10);
  spool.append(written);
  spool.close();
  expect(await replayAll()).toEqual(written.map((item) => item.event));
});

test("a server that is alive keeps its segments to itself", async () => {
  writeFileSync(join(dir, `1-${process.ppid}-0.spool`), "");
  openSpool({ dir }).append(items(1));
  expect(await replayAll()).toHaveLength(1);
  expect(readdirSync(dir)).toEqual([`1-${process.ppid}-0.spool`]);
});

test("a tail cut off in the middle of a line costs that line, which is counted", async () => {
  const spool = openSpool({ dir });
  spool.append(items(10));
  spool.close();
  truncateSync(onlyFile(), readFileSync(onlyFile()).length - 20);
  const before = corrupt();
  expect(await replayAll()).toHaveLength(9);
  expect(corrupt() - before).toBe(1);
});

test("changed bytes are noticed, and rubbish is no event", async () => {
  const spool = openSpool({ dir });
  spool.append(items(3));
  spool.close();
  const changed = readFileSync(onlyFile(), "utf8").replace('"path":"/1"', '"path":"/2"');
  writeFileSync(onlyFile(), changed);
  appendFileSync(onlyFile(), Buffer.from([0xff, 0x00, 0x0a, 0x7b, 0x7d, 0x0a]));
  const before = corrupt();
  expect((await replayAll()).map((event) => event.path)).toEqual(["/0", "/2"]);
  expect(corrupt() - before).toBe(3);
});

test("it takes no more bytes than it may hold", () => {
  const spool = openSpool({ dir, maxBytes: 1_000_000 });
  const kept = spool.append(items(5_000));
  expect(kept).toBeGreaterThan(500);
  expect(kept).toBeLessThan(5_000);
  expect(spool.bytes()).toBeLessThanOrEqual(1_000_000);
});

test("what was not committed stays for the next time", async () => {
  const spool = openSpool({ dir, segmentBytes: 1 });
  spool.append(items(1_500));
  let calls = 0;
  const failing = spool.replay(async () => {
    calls += 1;
    if (calls === 2) throw new Error("away");
  });
  await expect(failing).rejects.toThrow("away");
  expect(await replayAll(spool)).toHaveLength(500);
});

test("what cannot be read just now stays for the next time and holds up nothing else; what somebody else replayed is passed over", async () => {
  const spool = openSpool({ dir });
  spool.append(items(10));
  spool.close();
  const file = onlyFile();
  renameSync(file, `${file}.aside`);
  mkdirSync(file); // reading it fails, for everybody and by every right
  spool.append(items(5));
  const seen: NewEvent[] = [];
  const replay = spool.replay(async (_site, events) => {
    seen.push(...events);
  });
  await expect(replay).rejects.toMatchObject({ code: "EISDIR" });
  expect(seen).toHaveLength(5);
  expect(spool.bytes()).toBeGreaterThan(0);
  rmdirSync(file);
  renameSync(`${file}.aside`, file);
  expect(await replayAll(spool)).toHaveLength(10);
  expect(spool.bytes()).toBe(0);

  spool.append(items(10));
  spool.close();
  rmSync(onlyFile());
  expect(await replayAll(spool)).toEqual([]);
  expect(spool.bytes()).toBe(0);
});
