import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { createLocalClock } from "@/lib/capture/old-logs/local-clock";

const read = (timezone: string, date: string, time: string) => {
  const reading = createLocalClock(timezone)(date, time);
  return "at" in reading ? new Date(reading.at).toISOString() : reading.reason;
};

describe("a local time becomes an instant", () => {
  test.each([
    ["UTC", "2022-10-11", "14:48:10", "2022-10-11T14:48:10.000Z"],
    ["UTC", "2022-10-11", "14:48:10.5", "2022-10-11T14:48:10.500Z"],
    ["Europe/Berlin", "2024-07-01", "00:00:00", "2024-06-30T22:00:00.000Z"],
    ["Asia/Kathmandu", "2024-07-01", "12:00:00", "2024-07-01T06:15:00.000Z"],
    ["America/St_Johns", "2024-07-01", "12:00:00", "2024-07-01T14:30:00.000Z"],
    ["Europe/Berlin", "2024-03-31", "01:59:59", "2024-03-31T00:59:59.000Z"],
    ["Europe/Berlin", "2024-03-31", "03:00:00", "2024-03-31T01:00:00.000Z"],
  ])("%s %s %s", (timezone, date, time, instant) => expect(read(timezone, date, time)).toBe(instant));

  test.each([
    ["Europe/Berlin", "2024-10-27", "02:30:00", "2024-10-27T00:30:00.000Z"],
    ["America/New_York", "2024-11-03", "01:15:00", "2024-11-03T05:15:00.000Z"],
    ["Australia/Lord_Howe", "2024-04-07", "01:45:00", "2024-04-06T14:45:00.000Z"],
  ])("one that happens twice is the first of the two: %s %s %s", (timezone, date, time, instant) =>
    expect(read(timezone, date, time)).toBe(instant),
  );

  test.each([
    ["Europe/Berlin", "2024-03-31", "02:30:00"],
    ["Europe/Berlin", "2024-03-31", "02:00:00"],
    ["Pacific/Apia", "2011-12-30", "12:00:00"],
  ])("one that never happens is refused: %s %s %s", (timezone, date, time) =>
    expect(read(timezone, date, time)).toMatch(/never happened in/),
  );

  test.each([
    ["11.10.2022", "14:48:10", /must look like 2022-10-11/],
    ["11/10/2022", "14:48:10", /must look like 2022-10-11/],
    ["2022-1-1", "14:48:10", /must look like 2022-10-11/],
    ["2022-02-30", "14:48:10", /there is no date 2022-02-30/],
    ["1969-12-31", "14:48:10", /before 1970/],
    ["", "14:48:10", /must look like/],
    ["2022-10-11", "2:48:10 PM", /must look like 14:48:10/],
    ["2022-10-11", "24:00:00", /must look like 14:48:10/],
    ["2022-10-11", "14:48", /must look like 14:48:10/],
    ["2022-10-11", "14:48:60", /must look like 14:48:10/],
  ])("never a guess: %s %s", (date, time, reason) => expect(read("UTC", date, time)).toMatch(reason));

  test("the short way agrees with Temporal on every minute", () => {
    const zones = ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Australia/Lord_Howe", "Africa/Casablanca"];
    const minutes = fc.integer({ min: 0, max: 55 * 365 * 24 * 60 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, (timezone, minute) => {
        const local = Temporal.PlainDateTime.from("1970-01-02T00:00:00").add({ minutes: minute });
        const expected = local.toZonedDateTime(timezone, { disambiguation: "earlier" });
        const skipped = !expected.toPlainDateTime().equals(local);
        const [date = "", time = ""] = local.toString({ smallestUnit: "second" }).split("T");
        const reading = createLocalClock(timezone)(date, time);
        expect("at" in reading ? reading.at : "skipped").toBe(skipped ? "skipped" : expected.epochMilliseconds);
      }),
      { numRuns: 2000 },
    );
  });
});
