import { expect, test } from "vitest";
import { keepLatest } from "@/lib/capture/keep-latest";

test("a map keeps about as many as it may, those that were touched last", () => {
  const map = new Map<string, number>();
  for (let index = 0; index < 1_000; index++) {
    keepLatest(map, `key ${index}`, index, 100);
    keepLatest(map, "always", index, 100);
    expect(map.size).toBeLessThanOrEqual(110);
  }
  expect(map.size).toBeGreaterThanOrEqual(100);
  expect(map.get("always")).toBe(999);
  expect(map.has("key 999")).toBe(true);
  expect(map.has("key 800")).toBe(false);
});
