import { expect, test } from "vitest";
import type { BufferStatus } from "../../../lib/capture/buffer-types";
import { judgeHealth } from "../../../lib/observe/health";

const CALM: BufferStatus = {
  queued: 3,
  capacity: 100,
  healthy: true,
  spooledBytes: 0,
  spool: "ok",
  setAside: 0,
  lastCommitMs: 4,
  lastError: null,
};

test("a calm process is ok, without a reason to look", () => {
  expect(judgeHealth({ databaseAnswers: true, buffer: CALM, counters: { committed: 7 } })).toMatchObject({ status: "ok", reasons: [] });
});

test("a database that does not answer makes it unavailable", () => {
  const health = judgeHealth({ databaseAnswers: false, buffer: { ...CALM, healthy: false, spooledBytes: 512 }, counters: {} });
  expect(health).toMatchObject({ status: "unavailable", database: "down", capture: { spooledBytes: 512 } });
  expect(health.reasons).toHaveLength(3);
});

test("a disk that fails the spool is told of, and the process is ok", () => {
  const health = judgeHealth({ databaseAnswers: true, buffer: { ...CALM, setAside: 2 }, counters: {} });
  expect(health).toMatchObject({ status: "ok", reasons: [expect.stringContaining("2 files of the spool")] });
});

test("a spool that cannot be used is told of, and the process is ok", () => {
  for (const spool of ["broken", "none"] as const) {
    const health = judgeHealth({ databaseAnswers: true, buffer: { ...CALM, spool }, counters: {} });
    expect(health).toMatchObject({ status: "ok", capture: { spool }, reasons: [expect.stringContaining("wait in memory only")] });
  }
});

test("every drop is named with its reason and its number", () => {
  const health = judgeHealth({ databaseAnswers: true, buffer: CALM, counters: { "dropped:buffer-full": 12, "dropped:spool-corrupt": 1 } });
  expect(health.capture?.dropped).toEqual({ "buffer-full": 12, "spool-corrupt": 1 });
  expect(health.reasons).toEqual(["12 events dropped since the start: buffer-full.", "1 events dropped since the start: spool-corrupt."]);
});

test("nothing of an error's own words gets out", () => {
  const buffer = { ...CALM, healthy: false, lastError: "password authentication failed for user footfall at 10.0.0.7" };
  expect(JSON.stringify(judgeHealth({ databaseAnswers: true, buffer, counters: {} }))).not.toContain("10.0.0.7");
});
