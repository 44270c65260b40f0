import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { estimatePrice } from "../../../lib/demo/house-price/estimate-price";
import { House } from "../../../lib/demo/house-price/house";
import { FEATURES } from "../../../lib/demo/house-price/questions";

// The same fit another way: the file split by hand, the normal equations solved by Gauss and Jordan, the quantile by integration.
const [head, ...lines] = readFileSync("lib/demo/house-price/house-prices.csv", "utf8").trim().split("\n");
const columns = (head ?? "").split(",");
const sales = lines.map((line) => Object.fromEntries(line.split(",").map((value, index) => [columns[index] ?? "", value])));
const number = (value: string | undefined) => (value === "yes" ? 1 : value === "no" ? 0 : Number(value));
const rowOf = (house: Record<string, string>) => [1, ...FEATURES.map((feature) => number(house[feature]))];
const rows = sales.map(rowOf);
const prices = sales.map((sale) => Number(sale.price));
const size = FEATURES.length + 1;
const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

function invert(matrix: number[][]): number[][] {
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    const pivot = work.reduce(
      (best, row, i) => (i > column && Math.abs(row[column] ?? 0) > Math.abs(work[best]?.[column] ?? 0) ? i : best),
      column,
    );
    [work[column], work[pivot]] = [work[pivot] ?? [], work[column] ?? []];
    const lead = work[column]?.[column] ?? 0;
    work[column] = (work[column] ?? []).map((value) => value / lead);
    for (const [i, row] of work.entries()) {
      const factor = row[column] ?? 0;
      if (i !== column) work[i] = row.map((value, j) => value - factor * (work[column]?.[j] ?? 0));
    }
  }
  return work.map((row) => row.slice(size));
}

const gram = Array.from({ length: size }, (_, i) =>
  Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
);
const inverse = invert(gram);
const moments = Array.from({ length: size }, (_, i) => rows.reduce((sum, row, sale) => sum + (row[i] ?? 0) * (prices[sale] ?? 0), 0));
const coefficients = inverse.map((row) => dot(row, moments));
const degrees = rows.length - size;
const residualError = Math.sqrt(rows.reduce((sum, row, sale) => sum + ((prices[sale] ?? 0) - dot(row, coefficients)) ** 2, 0) / degrees);

/** Student's t below which lies `p`: its density integrated by Simpson's rule, the bound found by halving. */
function quantile(p: number): number {
  const density = (t: number) => (1 + t ** 2 / degrees) ** (-(degrees + 1) / 2);
  const area = (to: number) => {
    const steps = 2_000;
    const width = to / steps;
    let sum = density(0) + density(to);
    for (let i = 1; i < steps; i++) sum += density(i * width) * (i % 2 ? 4 : 2);
    return (sum * width) / 3;
  };
  const whole = 2 * area(60);
  let [low, high] = [0, 60];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (0.5 + area(middle) / whole < p) low = middle;
    else high = middle;
  }
  return low;
}

const houses = [sales[0], sales[77], sales[300], sales[545]].map((sale) => sale ?? {});
const typical = { bedrooms: "3", bathrooms: "1", stories: "2", garage: "1", driveway: "yes" };

describe("the house price model", () => {
  test("is fitted on all 546 sales", () => {
    expect(rows).toHaveLength(546);
  });

  test.each(houses)("agrees with an independent least-squares fit to the cent: %o", (sale) => {
    expect(estimatePrice(House.parse(sale)).estimate).toBeCloseTo(dot(rowOf(sale), coefficients), 2);
  });

  test.each(houses)("gives the textbook's 90 %% prediction interval: %o", (sale) => {
    const row = rowOf(sale);
    const leverage = dot(
      row,
      inverse.map((line) => dot(line, row)),
    );
    const margin = quantile(0.95) * residualError * Math.sqrt(1 + leverage);
    const { estimate, low, high } = estimatePrice(House.parse(sale));
    expect(high - estimate).toBeCloseTo(margin, 1);
    expect(estimate - low).toBeCloseTo(margin, 1);
  });

  test("has about nine tenths of the sales it was fitted on within their intervals", () => {
    const within = sales.filter((sale) => {
      const { low, high } = estimatePrice(House.parse(sale));
      return low <= Number(sale.price) && Number(sale.price) <= high;
    });
    expect(within.length / sales.length).toBeGreaterThan(0.87);
    expect(within.length / sales.length).toBeLessThan(0.96);
  });

  test("takes a box that is not ticked for a no", () => {
    expect(House.parse(typical)).toMatchObject({ bedrooms: 3, driveway: "yes", aircon: "no" });
  });

  test.each([
    ["bedrooms", "7"],
    ["bedrooms", "0"],
    ["bedrooms", "-1"],
    ["bathrooms", "1.5"],
    ["bathrooms", "two"],
    ["stories", "1e0"],
    ["stories", ""],
    ["garage", "4"],
    ["garage", undefined],
    ["garage", "９"],
    ["aircon", "maybe"],
  ])("refuses %s = %s and names the field", (field, value) => {
    const result = House.safeParse({ ...typical, [field]: value });
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });
});
