import { expect, test } from "vitest";
import { compareDay } from "@/lib/pipeline/reconcile";

const sums = { accesses: 3, totalMs: 5_000 };
const live = { views: { "/": 2, "/a": 1 }, users: 2, actions: 4 };
const stored = { views: { "/": 2, "/a": 1 }, byPage: sums, byAddress: sums, byAddressAndPage: sums };
const archive = { users: 2, actions: 4, spentMs: 5_000 };

test("a day that agrees has no differences", () => {
  expect(compareDay(live, stored, archive)).toEqual([]);
});

test.each([
  [
    { ...live, views: { "/": 2, "/b": 1 } },
    stored,
    archive,
    ["pageViews of /a: 0 live, 1 in the daily statistics", "pageViews of /b: 1 live, 0 in the daily statistics"],
  ],
  [{ ...live, users: 3 }, stored, archive, ["users: 3 live, 2 in the daily statistics"]],
  [live, stored, { ...archive, actions: 5 }, ["actions: 4 live, 5 in the daily statistics"]],
  [live, { ...stored, byAddress: { ...sums, accesses: 2 } }, archive, ["accesses byAddress: 2, by page: 3"]],
  [live, { ...stored, byAddressAndPage: { ...sums, totalMs: 1 } }, archive, ["time spent byAddressAndPage: 1 ms, by page: 5000 ms"]],
  [live, stored, { ...archive, spentMs: 4_000 }, ["time spent: 4000 ms over the sessions, 5000 ms in the daily statistics"]],
])("each difference is named (%#)", (liveDay, storedDay, archiveDay, expected) => {
  expect(compareDay(liveDay as typeof live, storedDay, archiveDay)).toEqual(expected);
});
