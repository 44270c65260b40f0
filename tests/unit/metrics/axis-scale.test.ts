import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisScale } from "@/lib/metrics/axis-scale";
import type { MetricFormat } from "@/lib/metrics/catalogue";

const plain = (value: number) => Number(value.toFixed(6));

describe("an axis", () => {
  it.each<[MetricFormat, number, number[]]>([
    ["count", 0, [0, 1, 2, 3, 4]],
    ["count", 3, [0, 1, 2, 3, 4]],
    ["count", 23, [0, 5, 10, 15, 20, 25]],
    ["count", 100, [0, 20, 40, 60, 80, 100]],
    ["percent", 0, [0, 0.01, 0.02, 0.03, 0.04, 0.05]],
    ["percent", 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ["duration", 0, [0, 2, 4, 6, 8, 10]],
    ["duration", 250, [0, 60, 120, 180, 240, 300]],
  ])("of %s up to %s is marked at %j", (format, highest, ticks) => {
    expect(axisScale(format, highest).ticks.map(plain)).toEqual(ticks);
  });

  it("always reaches the highest value with at most seven marks, and no share beyond the whole", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<MetricFormat>("count", "decimal", "percent", "duration"),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (format, value) => {
          const highest = format === "percent" ? value / 1e9 : value;
          const { max, ticks } = axisScale(format, highest);
          expect(max).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
          expect(ticks.length).toBeLessThanOrEqual(7);
          if (format === "percent") expect(max).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });
});
