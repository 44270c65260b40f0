import { expect, test } from "vitest";
import { lastDueDate } from "@/lib/pipeline/queue-due-days";

test.each([
  ["UTC", "2026-03-02T01:04:59Z", "2026-02-28"],
  ["UTC", "2026-03-02T01:05:00Z", "2026-03-01"],
  ["America/New_York", "2026-03-02T05:30:00Z", "2026-02-28"],
  ["America/New_York", "2026-03-02T06:05:00Z", "2026-03-01"],
  // Clocks go forward over midnight: the day begins at 01:00.
  ["America/Asuncion", "2024-10-06T05:04:00Z", "2024-10-04"],
])("in %s at %s the last night that is due is %s", (timezone, now, expected) => {
  expect(lastDueDate(timezone, Date.parse(now))).toBe(expected);
});
