import { spawnSync } from "node:child_process";
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
import { tagProcess } from "@/lib/capture/spool-segment";
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

/** What another process left: its segment, under a name as `owner` says. */
function leaveBehind(owner: string, count = 3, stamp = Date.now()): string {
  const elsewhere = mkdtempSync(join(tmpdir(), "footfall-spool-of-another-"));
  const spool = openSpool({ dir: elsewhere });
  spool.append(items(count));
  spool.close();
  const name = `${stamp}-${owner}-0.spool`;
  renameSync(join(elsewhere, readdirSync(elsewhere)[0] ?? ""), join(dir, name));
  rmSync(elsewhere, { recursive: true });
  return name;
}
/** The number of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
const live = process.ppid;
const liveTag = tagProcess(live);

test("a server that is alive keeps its segments to itself, at the start and later, whatever its version", async () => {
  const names = [leaveBehind(`${live}`), ...(liveTag ? [leaveBehind(`${live}.${liveTag}`)] : [])];
  const spool = openSpool({ dir });
  spool.append(items(1));
  spool.rescan();
  expect(await replayAll(spool)).toHaveLength(1);
  expect(readdirSync(dir).sort()).toEqual(names.sort());
});

test("what a server leaves that ends later is taken over without a restart, once, before what is newer", async () => {
  const spool = openSpool({ dir });
  spool.append(items(1));
  for (const owner of [`${deadPid()}.0123abcd`, `${deadPid()}`]) leaveBehind(owner, 3, 1_000);
  expect(spool.isWaiting()).toBe(true);
  const before = spool.bytes();
  spool.rescan();
  spool.rescan();
  expect(spool.bytes()).toBeGreaterThan(before * 4);
  expect((await replayAll(spool)).map(({ path }) => path)).toEqual(["/0", "/1", "/2", "/0", "/1", "/2", "/0"]);
  expect(readdirSync(dir)).toEqual([]);
});

test("looking again finds nothing new in what is its own", async () => {
  const spool = openSpool({ dir });
  spool.append(items(2));
  spool.rescan();
  expect(await replayAll(spool)).toHaveLength(2);
  spool.append(items(3));
  spool.close();
  spool.rescan();
  expect(await replayAll(spool)).toHaveLength(3);
});

test.runIf(liveTag)("a process that has a dead server's number is not taken for it, nor is this one", async () => {
  for (const pid of [live, process.pid]) leaveBehind(`${pid}.0123abcd`);
  const spool = openSpool({ dir });
  expect(await replayAll(spool)).toHaveLength(6);
  for (const pid of [live, process.pid]) leaveBehind(`${pid}.0123abcd`);
  spool.rescan();
  expect(await replayAll(spool)).toHaveLength(6);
});

test("a segment without more than a number, from before the machine's start, belongs to nobody that runs", async () => {
  leaveBehind(`${live}`, 3, 1_000);
  expect(await replayAll()).toHaveLength(3);
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

test("what does not fit is not tried again until bytes were freed or a while has passed", async () => {
  const spool = openSpool({ dir, maxBytes: 2_000, retryMs: 60_000 });
  expect(spool.mayTake()).toBe(true);
  const kept = spool.append(items(20));
  expect(kept).toBeLessThan(20);
  expect(spool.mayTake()).toBe(false);
  expect(await replayAll(spool)).toHaveLength(kept);
  expect(spool.mayTake()).toBe(true);
  const patient = openSpool({ dir, maxBytes: 100, retryMs: 0 });
  expect(patient.append(items(1))).toBe(0);
  expect(patient.mayTake()).toBe(true);
  expect(readdirSync(dir)).toEqual([]);
});

test("a folder that is gone, or that is none for a while, is made again", async () => {
  const spool = openSpool({ dir });
  spool.append(items(3));
  rmSync(dir, { recursive: true });
  expect(spool.append(items(2))).toBe(2);
  expect(await replayAll(spool)).toHaveLength(2);
  rmSync(dir, { recursive: true });
  writeFileSync(dir, "no folder");
  expect(spool.append(items(2))).toBe(0);
  rmSync(dir);
  expect(spool.append(items(2))).toBe(2);
  expect(await replayAll(spool)).toHaveLength(2);
});

test("a folder that cannot be opened is opened later, with what is in it, and a disk that refuses is told of before it matters", async () => {
  leaveBehind(`${deadPid()}`);
  renameSync(dir, `${dir}.aside`);
  writeFileSync(dir, "no folder");
  const spool = openSpool({ dir, retryMs: 60_000 });
  expect(spool.state()).toBe("none");
  expect(spool.append(items(2))).toBe(0);
  spool.rescan();
  expect([spool.state(), spool.mayTake(), spool.isWaiting()]).toEqual(["none", false, false]);
  rmSync(dir);
  renameSync(`${dir}.aside`, dir);
  spool.rescan();
  expect([spool.state(), spool.mayTake(), spool.isWaiting()]).toEqual(["ok", true, true]);
  expect(await replayAll(spool)).toHaveLength(3);
  rmSync(dir, { recursive: true });
  writeFileSync(dir, "no folder");
  spool.rescan();
  expect(spool.state()).toBe("broken");
  rmSync(dir);
  expect(spool.append(items(1))).toBe(1);
  expect(spool.state()).toBe("ok");
});

test("a disk that refused is looked at again once all that is on it is committed", async () => {
  const spool = openSpool({ dir });
  spool.append(items(2));
  renameSync(dir, `${dir}.aside`);
  writeFileSync(dir, "no folder");
  spool.rescan();
  expect(spool.state()).toBe("broken");
  rmSync(dir);
  renameSync(`${dir}.aside`, dir);
  expect(await replayAll(spool)).toHaveLength(2);
  expect(spool.state()).toBe("ok");
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

test("what cannot be read just now is set aside and holds up nothing, until it can be", async () => {
  const spool = openSpool({ dir });
  spool.append(items(10));
  spool.close();
  const file = onlyFile();
  renameSync(file, `${file}.aside`);
  mkdirSync(file); // reading it fails, for everybody and by every right
  spool.append(items(5));
  expect(await replayAll(spool)).toHaveLength(5);
  expect(spool.isWaiting()).toBe(false);
  expect(spool.setAside()).toBe(1);
  expect(spool.bytes()).toBeGreaterThan(0);
  rmdirSync(file);
  renameSync(`${file}.aside`, file);
  spool.rescan();
  expect(await replayAll(spool)).toHaveLength(10);
  expect(spool.bytes()).toBe(0);
  expect(spool.setAside()).toBe(0);
});

test("a disk that takes nothing and does not give one file keeps nobody busy with that file", async () => {
  const name = leaveBehind(`${deadPid()}`);
  rmSync(join(dir, name));
  mkdirSync(join(dir, name));
  mkdirSync(join(dir, `.trial-${process.pid}`)); // no file can be written there, by every right
  const spool = openSpool({ dir });
  expect([spool.state(), spool.isWaiting()]).toEqual(["broken", true]);
  expect(await replayAll(spool)).toEqual([]);
  expect([spool.state(), spool.isWaiting(), spool.setAside()]).toEqual(["broken", false, 1]);
});

test("what is committed and cannot be removed is not replayed again, and goes when it can", async () => {
  const spool = openSpool({ dir });
  spool.append(items(4));
  spool.close();
  const file = onlyFile();
  let calls = 0;
  const replay = () =>
    spool.replay(async () => {
      calls += 1;
      rmSync(file);
      mkdirSync(file);
    });
  await replay();
  await replay();
  spool.rescan();
  await replay();
  expect(calls).toBe(1);
  expect(spool.setAside()).toBe(1);
  expect(spool.bytes()).toBe(0);
  rmdirSync(file);
  spool.rescan();
  expect(spool.setAside()).toBe(0);
});

test("two servers that cannot see each other, in one folder, lose nothing", async () => {
  const mine = openSpool({ dir });
  mine.append(items(2));
  const other = openSpool({ dir }); // takes over what is being written
  let commits = 0;
  const seen: NewEvent[] = [];
  await other.replay(async (_site, events) => {
    if (commits++ === 0) mine.append(items(1));
    seen.push(...events);
  });
  expect(seen.map(({ path }) => path)).toEqual(["/0", "/1", "/0", "/1", "/0"]);
  mine.append(items(4)); // its file is gone
  expect(await replayAll(mine)).toHaveLength(4);
});

test("what somebody else replayed is passed over", async () => {
  const spool = openSpool({ dir });
  spool.append(items(10));
  spool.close();
  rmSync(onlyFile());
  expect(await replayAll(spool)).toEqual([]);
  expect(spool.bytes()).toBe(0);
});
