import { expect, test } from "vitest";
import { distrustClock, readClocks } from "@/lib/privacy/distrust-clock";

const NOW = Date.parse("2026-06-10T12:00:00Z");
const MINUTE_MS = 60_000;
const clocks = (given: Partial<Parameters<typeof distrustClock>[0]>) => ({ wallMs: NOW, expectedMs: NOW, databaseMs: NOW, ...given });

test("clocks that agree, but for a usual correction, are trusted", () => {
  expect(distrustClock(readClocks(new Date()))).toBeNull();
  expect(distrustClock(clocks({ expectedMs: NOW - 2 * MINUTE_MS, databaseMs: NOW + 2 * MINUTE_MS }))).toBeNull();
});

test("a clock that has jumped since the start, ahead or back, is not, though the database's has jumped with it", () => {
  for (const jump of [400 * 24 * 60 * MINUTE_MS, -6 * MINUTE_MS])
    expect(distrustClock(clocks({ expectedMs: NOW - jump }))).toMatch(/has jumped by \d+ minutes since the start/);
});

test("two clocks that differ are not, whichever of them is wrong", () => {
  for (const apart of [10 * MINUTE_MS, -10 * MINUTE_MS])
    expect(distrustClock(clocks({ databaseMs: NOW + apart }))).toMatch(/differ by 10 minutes/);
});
