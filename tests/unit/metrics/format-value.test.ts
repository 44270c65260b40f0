import { describe, expect, it } from "vitest";
import type { MetricFormat } from "@/lib/metrics/catalogue";
import { compareValues } from "@/lib/metrics/compare";
import { formatDuration, formatMilliseconds, formatTick, formatValue } from "@/lib/metrics/format-value";

/** Reads better in a table than the no-break spaces that are really there. */
const plain = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\u2212", "-");

describe("a value for people", () => {
  it.each<[MetricFormat, number | null, string]>([
    ["count", 0, "0"],
    ["count", 1234, "1,234"],
    ["count", 12_345_678, "12,345,678"],
    ["decimal", 2.75, "2.75"],
    ["decimal", 3, "3"],
    ["decimal", 10 / 3, "3.33"],
    ["percent", 0, "0 %"],
    ["percent", 1 / 3, "33.3 %"],
    ["percent", 0.25, "25 %"],
    ["percent", 1, "100 %"],
    ["percent", null, "–"],
    ["duration", null, "–"],
    ["genders", 3, "3"],
    ["routes", 1500, "1,500"],
  ])("writes %s %s as %s", (format, value, text) => {
    expect(plain(formatValue(format, value))).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [2.96, "3 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 m 0 s"],
    [121.75, "2 m 2 s"],
    [123, "2 m 3 s"],
    [3599.7, "1 h 0 m"],
    [3900, "1 h 5 m"],
    [90_000, "25 h 0 m"],
  ])("writes %s seconds as %s", (seconds, text) => {
    expect(plain(formatDuration(seconds))).toBe(text);
  });

  it("keeps the ticks of an axis short", () => {
    expect(plain(formatTick("count", 12_000))).toBe("12K");
    expect(plain(formatTick("percent", 0.4))).toBe("40 %");
    expect(plain(formatTick("duration", 120))).toBe("2 m");
  });

  it("writes response times", () => {
    expect(plain(formatMilliseconds(3.6))).toBe("4 ms");
    expect(plain(formatMilliseconds(1250))).toBe("1.3 s");
  });
});

describe("a change against the previous period", () => {
  const counted = { format: "count", better: "higher" } as const;
  const bounce = { format: "percent", better: "lower" } as const;

  it.each([
    [counted, 112, 100, "+12 %", "up", "good"],
    [counted, 50, 100, "-50 %", "down", "bad"],
    [counted, 100, 100, "no change", "same", "neutral"],
    [counted, 5, 0, "from none", "up", "good"],
    [counted, 5000, 100, "× 50", "up", "good"],
    [counted, 5, null, "–", "none", "neutral"],
    [counted, null, 5, "–", "none", "neutral"],
    [bounce, 0.25, 0.2, "+5 points", "up", "bad"],
    [bounce, 0.2, 0.221, "-2.1 points", "down", "good"],
    [{ format: "genders", better: null } as const, 2, 1, "+100 %", "up", "neutral"],
  ] as const)("%o from %s to %s", (metric, now, before, text, direction, tone) => {
    const change = compareValues(metric, now, before);
    expect({ ...change, text: plain(change.text) }).toEqual({ text, direction, tone });
  });

  it.each([
    [counted, 100_001, 100_000],
    [bounce, 0.2001, 0.2],
  ] as const)("%o from %s to %s rounds to no change, so it is none", (metric, now, before) => {
    expect(compareValues(metric, now, before)).toEqual({ text: "no change", direction: "same", tone: "neutral" });
  });

  it.each([
    [counted, 30, 100, "-70 % so far", "down"],
    [counted, 130, 100, "+30 % so far", "up"],
    [bounce, 0.25, 0.2, "+5 points so far", "up"],
    [counted, 100, 100, "no change so far", "same"],
    [counted, null, 100, "–", "none"],
  ] as const)("%o from %s to %s is not judged while the period runs", (metric, now, before, text, direction) => {
    const change = compareValues(metric, now, before, true);
    expect({ ...change, text: plain(change.text) }).toEqual({ text, direction, tone: "neutral" });
  });
});
