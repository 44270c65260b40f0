import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import { ACCESS_HEADER, ACTIVITY_HEADER, eventsOf, readLog, rejectionsOf } from "./support";

const GOOD = "a@example.com,0,Ada,Byron,f,GET,/celebrity,Success,14:48:10,2022-10-11";
const failure = async (content: string | Uint8Array) => {
  const error = await readLog(content).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).message;
};

describe("a file is recognised by its header", () => {
  test.each([
    [
      "in upper case and another order",
      "DATE,time,status,route,method,gender,surname,name,user_id,USER_NAME",
      GOOD.split(",").reverse().join(","),
    ],
    ["username for user_name", ACTIVITY_HEADER.replace("user_name", "username"), GOOD],
    ["with a byte order mark", `\uFEFF${ACTIVITY_HEADER}`, GOOD],
    [
      "quoted",
      ACTIVITY_HEADER.split(",")
        .map((name) => `"${name}"`)
        .join(","),
      GOOD,
    ],
  ])("%s", async (_, header, row) =>
    expect(eventsOf(await readLog(`${header}\n${row}`))).toMatchObject([{ visitor: "user:a@example.com" }]),
  );

  test.each([
    ["an empty file", "", /empty/],
    ["blank lines only", "\n\r\n  \n", /empty/],
    ["an unknown header", "a,b,c\n1,2,3", /The header "a,b,c" is of no log known here: an activity log has user_name,/],
    ["semicolons", ACTIVITY_HEADER.replaceAll(",", ";"), /no log known here/],
    ["a missing column", ACTIVITY_HEADER.replace(",status", ""), /no log known here/],
    ["a column twice", `${ACTIVITY_HEADER.replace("user_id", "date")}`, /no log known here/],
    ["UTF-16", new Uint8Array(Buffer.from(`\uFEFF${ACTIVITY_HEADER}`, "utf16le")), /not UTF-8/],
    ["a picture", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]), /not UTF-8/],
  ])("%s is refused as a whole", async (_, content, message) => expect(await failure(content)).toMatch(message));

  test("a header alone is a file without events", async () => expect(await readLog(ACTIVITY_HEADER)).toEqual([]));
});

describe("a bad row is refused by itself, with its line", () => {
  test.each([
    ["ragged", "a,b", "has 2 fields where the header has 10"],
    ["a field too many", `${GOOD},x`, "has 11 fields where the header has 10"],
    ["a quote nobody closes", `"${GOOD}`, "has a quoted field that is never closed"],
    ["a quote in the wrong place", GOOD.replace("Ada", 'A"d"a'), /has a quote in the wrong place/],
    ["a zero byte", GOOD.replace("Ada", "A\0a"), "holds a zero byte"],
    ["endless", "x".repeat(200_000), "is longer than 65536 characters"],
  ])("%s", async (_, bad, reason) => {
    const results = await readLog([ACTIVITY_HEADER, GOOD, "", bad, GOOD, ""].join("\n"), { chunkSize: 1000 });
    expect(rejectionsOf(results)).toEqual([{ line: 4, reason: typeof reason === "string" ? reason : expect.stringMatching(reason) }]);
    expect(eventsOf(results)).toHaveLength(2);
  });

  test("a replacement character is text like any other, and only bytes that are no UTF-8 are refused, wherever the chunks end", async () => {
    const named = GOOD.replace("Ada", "A\uFFFDa");
    const latin = Buffer.from(GOOD.replace("Ada", "Zo\u00eb"), "latin1");
    const late = GOOD.replace("Ada", "\uFEFFAda");
    const bytes = Buffer.concat([Buffer.from(`${ACTIVITY_HEADER}\n${named}\n`), latin, Buffer.from(`\n${late}\r\n${named}`)]);
    for (let chunkSize = 1; chunkSize < bytes.length; chunkSize += 7) {
      const results = await readLog(bytes, { chunkSize });
      expect(rejectionsOf(results)).toEqual([{ line: 3, reason: "is not UTF-8 text: save the file as UTF-8" }]);
      expect(eventsOf(results).map(({ user }) => user?.label)).toEqual(["A\uFFFDa Byron", "Ada Byron", "A\uFFFDa Byron"]);
    }
  });

  test("Latin-1 bytes", async () => {
    const bytes = Buffer.from(`${ACTIVITY_HEADER}\n${GOOD}\n${GOOD.replace("Ada", "Zoë")}\n`, "latin1");
    expect(rejectionsOf(await readLog(bytes))).toEqual([{ line: 3, reason: expect.stringMatching(/not UTF-8/) }]);
  });
});

test("rows of days that the site has forgotten, and of days to come, are refused by themselves, with their line", async () => {
  const bounds = { now: new Date("2022-10-11T14:00:00Z"), keptFrom: { date: "2022-10-10", at: new Date("2022-10-09T22:00:00Z") } };
  const at = (moment: string) => {
    const [date = "", time = ""] = moment.split(" ");
    return GOOD.replace("2022-10-11", date).replace("14:48:10", time);
  };
  const moments = ["2022-10-10 00:00:00", "2022-10-09 23:59:59", "2022-10-12 16:00:00", "2022-10-12 16:00:01", "3039-01-01 00:00:00"];
  const results = await readLog([ACTIVITY_HEADER, ...moments.map(at)].join("\n"), { timezone: "Europe/Berlin", bounds });
  expect(rejectionsOf(results)).toEqual([
    { line: 3, reason: "2022-10-09 23:59:59 is too early: the events of this site before 2022-10-10 were forgotten" },
    { line: 5, reason: "2022-10-12 16:00:01 has not come yet" },
    { line: 6, reason: "3039-01-01 00:00:00 has not come yet" },
  ]);
  expect(eventsOf(results)).toHaveLength(2);
});

test("quoted fields may hold commas, quotes and line ends", async () => {
  const file = [ACTIVITY_HEADER, GOOD.replace("Ada", '"Ada, ""the\n first"""'), GOOD, "x"].join("\r\n");
  const results = await readLog(file, { chunkSize: 7 });
  expect(eventsOf(results)[0]?.user?.label).toBe('Ada, "the\n first" Byron');
  expect(rejectionsOf(results)).toEqual([{ line: 5, reason: "has 1 fields where the header has 10" }]);
});

describe("event ids", () => {
  const ids = async (content: string, site = "demo") => eventsOf(await readLog(content, { site })).map((event) => event.id);

  test("the same file gives the same ids, however it is quoted, broken into lines and cut into chunks", async () => {
    const plain = [ACTIVITY_HEADER, GOOD, GOOD.replace(":10,", ":11,"), GOOD].join("\n");
    const other = `\uFEFF${plain.replaceAll("Ada", '"Ada"').replaceAll("\n", "\r\n\r\n")}\r\n`;
    expect(await ids(other)).toEqual(await ids(plain));
  });

  test("equal rows have equal ids, which the store tells apart, and every other row has its own", async () => {
    const [first, second, third] = await ids([ACTIVITY_HEADER, GOOD, GOOD, GOOD.replace("Success", "Error")].join("\n"));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test("the time zone a file is read in changes its instants, and not its ids", async () => {
    const file = [ACTIVITY_HEADER, GOOD, GOOD.replace("2022-10-11", "2024-10-27").replace("14:", "02:")].join("\n");
    const read = async (timezone: string) => eventsOf(await readLog(file, { timezone }));
    const utc = await read("UTC");
    // Among them: a date on which clocks move.
    for (const zone of ["Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"]) {
      const events = await read(zone);
      expect(events.map(({ id }) => id)).toEqual(utc.map(({ id }) => id));
      for (const [index, { at }] of events.entries()) expect(at).not.toEqual(utc[index]?.at);
    }
  });

  test("another site has other ids", async () => {
    const file = `${ACTIVITY_HEADER}\n${GOOD}`;
    expect(await ids(file, "other")).not.toEqual(await ids(file));
  });
});

describe("for any text", () => {
  const header = fc.constantFrom(ACTIVITY_HEADER, ACCESS_HEADER);
  const field = fc.oneof(
    fc.constantFrom(...GOOD.split(","), "2024-06-01", "192.168.1.1", "2024-06-01 05:54:03", "225", '"', '""', '"a"', "", "ü", "\0"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.array(field, { maxLength: 12 }).map((fields) => fields.join(",")) },
    { weight: 1, arbitrary: fc.constant(GOOD) },
  );

  test("a row is an event or a rejection; reading never throws and never depends on where the chunks end", async () => {
    await fc.assert(
      fc.asyncProperty(header, fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 50 }), async (first, lines, chunkSize) => {
        const text = [first, ...lines].join("\n");
        const whole = await readLog(text);
        expect(await readLog(text, { chunkSize })).toEqual(whole);
        const physical = text.split("\n");
        const numbers = rejectionsOf(whole).map((rejection) => rejection.line);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const number of numbers) expect(physical[number - 1]?.trim()).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });

  test("lines without quotes are each counted, and rejections carry the number of the very line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 200 }), async (good) => {
        const results = await readLog([ACTIVITY_HEADER, ...good.map((ok) => (ok ? GOOD : "bad"))].join("\n"), { chunkSize: 333 });
        expect(rejectionsOf(results).map((rejection) => rejection.line)).toEqual(good.flatMap((ok, index) => (ok ? [] : [index + 2])));
        expect(eventsOf(results)).toHaveLength(good.filter(Boolean).length);
      }),
      { numRuns: 50 },
    );
  });

  test("any bytes at all are refused or read", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const outcome = await readLog(bytes).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof AppError).toBe(true);
      }),
    );
  });
});
