import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { count, exampleOf } from "@/lib/capture/counters";
import { DROP_REASONS } from "@/lib/capture/reasons";
import { type Dropped, reportDrops } from "@/lib/capture/report-drops";
import { captureState } from "@/lib/capture/state";
import { log } from "@/lib/observe/log";

let told: Dropped[];
beforeEach(() => {
  vi.useFakeTimers();
  captureState().counters.clear();
  told = [];
});
afterEach(() => void vi.useRealTimers());

const tell = (dropped: Dropped) => void told.push(dropped);

test("every reason is told of with its number, once, and what was dropped before is not told again", () => {
  count("dropped:stopped", 9);
  const drops = reportDrops({ tell });
  for (const reason of DROP_REASONS) count(`dropped:${reason}`, 2);
  count("ignored:prefetch");
  drops.report();
  drops.report();
  expect(told).toEqual([...DROP_REASONS].sort().map((reason) => ({ reason, events: 2, sinceStart: reason === "stopped" ? 11 : 2 })));
  drops.stop();
});

test("a flood of drops is a line a reason every few seconds, and the rest one at the end", () => {
  const drops = reportDrops({ tell, everyMs: 5_000 });
  for (let second = 0; second < 12; second++) {
    for (let index = 0; index < 1_000; index++) count("dropped:buffer-full");
    vi.advanceTimersByTime(1_000);
  }
  expect(told.map(({ events }) => events)).toEqual([5_000, 5_000]);
  drops.stop();
  expect(told.at(-1)).toEqual({ reason: "buffer-full", events: 2_000, sinceStart: 12_000 });
  count("dropped:buffer-full");
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveLength(3);
});

test("the log says how many, and nothing about whose they were", () => {
  const error = vi.spyOn(log(), "error").mockImplementation(() => undefined);
  const drops = reportDrops();
  count("dropped:too-many-running", 3, exampleOf("/users/ada@example.org", "Mozilla/5.0 (of Ada)"));
  drops.stop();
  expect(error.mock.calls).toEqual([[{ reason: "too-many-running", events: 3, sinceStart: 3 }, "events were dropped"]]);
  error.mockRestore();
});
