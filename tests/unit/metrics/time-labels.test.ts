import { describe, expect, it } from "vitest";
import { ago, bucketLabel, clockTime, dateAndTime, periodLabel, previousLabel, shiftDate } from "@/lib/metrics/time-labels";

describe("labels of time", () => {
  it("names days and weeks in words", () => {
    expect(periodLabel("day", "2026-11-21")).toBe("Sat 21 Nov 2026");
    expect(periodLabel("week", "2026-11-21")).toBe("Sun 15 Nov – Sat 21 Nov 2026");
    expect(previousLabel("day", "2026-03-01")).toBe("Sat 28 Feb");
  });

  it("moves a date over months and leap days", () => {
    expect(shiftDate("2024-02-28", 1)).toBe("2024-02-29");
    expect(shiftDate("2026-01-01", -1)).toBe("2025-12-31");
  });

  it("tells time in the site's zone", () => {
    expect(clockTime("Asia/Kathmandu", "2026-11-21T12:00:00Z")).toBe("17:45");
    expect(dateAndTime("Europe/Berlin", "2026-11-21T23:30:05Z")).toBe("22 Nov, 00:30:05");
    expect(clockTime("UTC", "2026-11-21T00:00:00Z")).toBe("00:00");
  });

  it("names a week's day by its own date, also where the day begins at one o'clock", () => {
    expect(bucketLabel("week", "Africa/Cairo", "2024-04-25T22:00:00Z")).toBe("Fri 26");
    expect(bucketLabel("week", "Pacific/Chatham", "2026-11-20T10:15:00Z")).toBe("Sat 21");
    expect(bucketLabel("day", "Europe/Berlin", "2026-10-25T01:00:00Z")).toBe("02:00");
  });

  it.each([
    [500, "just now"],
    [12_000, "12 s ago"],
    [61_000, "1 m ago"],
    [7_300_000, "2 h ago"],
    [-5_000, "just now"],
  ])("%s ms is %s", (ms, text) => {
    expect(ago(ms)).toBe(text);
  });
});
