import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { streamRows } from "../../../app/dashboard/export/_report/stream-rows";
import { periodSpan } from "../../../lib/metrics/calendar";
import { appendEvents } from "../../../lib/store/append-events";
import { readSite, type Site } from "../../../lib/store/read-site";
import { someViews } from "../../support/some-views";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const DAY = "2026-05-05";
const PEOPLE = 9;
/** Three pages, and no more than the stream reads before anybody takes anything. */
const PAGE = 3;

let database: TestDatabase;
let site: Site;
beforeAll(async () => {
  database = await createTestDatabase();
  site = await readSite(database.db, "demo");
  for (let index = 0; index < PEOPLE; index += 1) await append(10 + index, `person ${index}`);
});
afterAll(() => database.drop());

const append = (count: number, visitor: string) => appendEvents(database.db, site, someViews(DAY, count, visitor));
const open = (metric: "users" | "sessions" | "actions") =>
  streamRows(database.db, metric, { siteId: site.id, span: periodSpan("UTC", "day", DAY), lens: "all", filter: "every" }, PAGE);

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** The rest of a file, as rows. */
async function readRest(reader: Reader, begun = ""): Promise<Record<string, string>[]> {
  const decoder = new TextDecoder();
  let text = begun;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += decoder.decode(piece.value, { stream: true });
  return parse(text, { columns: true, bom: true });
}

test("a file of people is of one moment: who becomes busy while it is read comes once, with what he had done", async () => {
  const before = await readRest(open("users").getReader());
  expect(before).toHaveLength(PEOPLE);
  const reader = open("users").getReader();
  const first = await reader.read();
  // Whoever stood at the end of the list is now at its top, and a new one in its middle.
  await append(100, "person 0");
  await append(15, "newcomer");
  const rows = await readRest(reader, new TextDecoder().decode(first.value));
  expect(rows).toEqual(before);
  const after = await readRest(open("users").getReader());
  expect(after).toHaveLength(PEOPLE + 1);
  expect(after[0]?.interactions).toBe("110");
});

test("a file that nobody reads to its end gives its connection back, and so many may be read at once", async () => {
  const readers = Array.from({ length: 3 }, () => open("actions").getReader());
  expect(() => open("actions")).toThrowError(expect.objectContaining({ code: "too-many" }));
  await Promise.all(readers.map((reader) => reader.read()));
  await Promise.all(readers.map((reader) => reader.cancel()));
  await expect
    .poll(async () => {
      const rows = await database.db.$queryRaw<{ open: number }[]>`
      SELECT count(*)::integer AS open FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
      return rows[0]?.open;
    })
    .toBe(0);
  await expect.poll(() => readRest(open("sessions").getReader()).then((rows) => rows.length)).toBe(PEOPLE + 1);
});
