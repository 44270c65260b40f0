import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { importOldLog } from "../../../lib/capture/old-logs/import-old-log";
import { setEnv } from "../../../lib/env";
import { closeRunClient } from "../../../lib/pipeline/run-client";
import { forgetPerson } from "../../../lib/privacy/forget";
import { bulkAppend } from "../../../lib/store/bulk-append";
import { readSite } from "../../../lib/store/read-site";
import { verify } from "../../../lib/store/verify";
import { runCommand, startCommand } from "../../support/run-command";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const ACCESS_HEADER = "Date,IP Address,Page Accessed,Access Time,Time Spent (seconds)";
const PAGES = ["Home", "About", "Contact", "Products", "Blog"];

/** A page-access file of that many rows: five addresses, five pages, ten days. Row n spends n % 300 seconds. */
const accessFile = (rows: number): string[] => [
  ACCESS_HEADER,
  ...Array.from({ length: rows }, (_, index) => {
    const at = new Date(Date.UTC(2024, 5, 1) + ((index * 7919) % 864_000) * 1000).toISOString();
    const [date, time] = [at.slice(0, 10), at.slice(11, 19)];
    return `${date},192.168.1.${1 + (index % 5)},${PAGES[(index * 3) % 5]},${date} ${time},${index % 300}`;
  }),
];

let database: TestDatabase;
let folder: string;
const path = (name: string) => join(folder, name);
const write = async (name: string, lines: readonly string[] | string) => {
  await writeFile(path(name), typeof lines === "string" ? lines : `${lines.join("\n")}\n`);
  return path(name);
};
const stored = async () => ({
  events: await database.db.event.count(),
  sessions: await database.db.session.count(),
  visitors: await database.db.visitor.count(),
  rollups: await database.db.rollup.count(),
  routes: await database.db.route.count(),
  partitions: await countPartitions(),
});
const countPartitions = async () => {
  const [row] = await database.db.$queryRaw<[{ count: number }]>`
    SELECT count(*)::integer FROM pg_inherits WHERE inhparent = 'event'::regclass`;
  return row.count;
};
let empty: Awaited<ReturnType<typeof stored>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-import-"));
});
beforeEach(async () => {
  database = await createTestDatabase();
  empty = { events: 0, sessions: 0, visitors: 0, rollups: 0, routes: 0, partitions: await countPartitions() };
  return () => database.drop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function importHere(file: string, options: Parameters<typeof importOldLog>[3] = {}) {
  const site = await readSite(database.db, "demo");
  return importOldLog(
    file,
    { site: site.slug, timezone: site.timezone },
    (batches) => bulkAppend(database.db, site, batches, { equalIds: "equal rows" }),
    options,
  );
}

describe("a file imported again changes nothing", () => {
  test("5,000 page accesses: every row, and every second spent", async () => {
    const file = await write("access.csv", accessFile(5000));
    expect(await importHere(file)).toEqual({ appended: 5000, duplicates: 0, erased: 0, otherInstants: 0, rejected: 0 });
    const first = await stored();
    expect(await importHere(file)).toEqual({ appended: 0, duplicates: 5000, erased: 0, otherInstants: 0, rejected: 0 });
    expect(await stored()).toEqual(first);
    const { _sum } = await database.db.event.aggregate({ _sum: { timeSpentSec: true } });
    expect(_sum.timeSpentSec).toBe(Array.from({ length: 5000 }, (_, index) => index % 300).reduce((sum, seconds) => sum + seconds, 0));
    expect((await verify(database.db, await readSite(database.db, "demo"))).differences).toEqual([]);
  });

  test("a log that has grown brings only its new rows, and equal rows of a file are all kept", async () => {
    const lines = accessFile(100);
    const again = lines[1] as string;
    await importHere(await write("short.csv", [...lines, again]));
    expect(await importHere(await write("long.csv", [...lines, again, again, ...accessFile(120).slice(101)]))).toEqual({
      appended: 21,
      duplicates: 101,
      erased: 0,
      otherInstants: 0,
      rejected: 0,
    });
  });
});

test("whoever was erased does not come back with the file they came with, nor with a longer one, and the command says so", async () => {
  setEnv({ FOOTFALL_DATA_DIR: folder });
  const deed = (who: string, minute: number) => `${who},1,Some,One,f,POST,/login,Success,10:${minute}:00,2024-06-01`;
  const header = "user_name,user_id,name,surname,gender,method,route,status,time,date";
  const lines = [header, deed("ada", 10), deed("ada", 10), deed("bea", 11), deed("ada", 12)];
  expect(await importHere(await write("log.csv", lines))).toMatchObject({ appended: 4, erased: 0 });
  const site = await readSite(database.db, "demo");
  expect(await forgetPerson(database.db, database.url, site, "ada", "tester")).toMatchObject({ events: 3 });
  await closeRunClient();
  const { stdout } = await runCommand("import", [await write("longer.csv", [...lines, deed("bea", 13), deed("ada", 14)])], database.url);
  expect(stdout).toBe("1 event imported into demo, 1 were there already, 4 of persons who were erased left out.\n");
  expect((await database.db.knownUser.findMany()).map(({ key }) => key)).toEqual(["bea"]);
  expect((await database.db.visitor.findMany()).map(({ key }) => key)).toEqual(["user:bea"]);
  expect((await verify(database.db, site)).differences).toEqual([]);
});

describe("a file with bad rows", () => {
  const lines = accessFile(20_000);
  lines[12_345] = "nonsense";
  lines[19_999] = (lines[19_999] as string).replace("2024-06", "2024-13");

  test("is not imported at all, and each bad row is named with its line", async () => {
    const file = await write("bad.csv", lines);
    const { code, stdout, stderr } = await runCommand("import", [file], database.url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      "line 12346: has 1 fields where the header has 5",
      expect.stringMatching(/^line 20000: /),
      "footfall import: 2 rows were rejected, so nothing was imported. Correct them, or take the rest with --keep-going.",
      "",
    ]);
    expect(await stored()).toEqual(empty);
    // Neither are the months and the pages there that only its good rows speak of.
    expect(await importHere(await write("good.csv", accessFile(40)))).toMatchObject({ appended: 40 });
    expect(await stored()).toMatchObject({ routes: 5, partitions: empty.partitions + 1 });
  });

  test("is imported but for those with --keep-going, which are written down on request", async () => {
    const file = await write("bad.csv", lines);
    const { code, stdout } = await runCommand("import", [file, "--keep-going", "--rejects", path("rejects.csv")], database.url);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "19,998 events imported into demo, 2 rows rejected.\n" });
    expect((await stored()).events).toBe(19_998);
    expect((await readFile(path("rejects.csv"), "utf8")).split("\n").slice(0, 2)).toEqual([
      "line,reason",
      '12346,"has 1 fields where the header has 5"',
    ]);
  });
});

test("--keep-going goes on over a day that the site has forgotten and over one to come, and names their lines", async () => {
  await database.db.site.update({ where: { slug: "demo" }, data: { eventsFrom: new Date("2024-06-02") } });
  const row = (date: string) => `${date},192.168.1.1,Contact,${date} 05:54:03,225`;
  const file = await write("forgotten.csv", [ACCESS_HEADER, ...["2024-06-02", "2024-06-01", "3000-01-01", "2024-06-03"].map(row)]);
  expect(await runCommand("import", [file, "--keep-going"], database.url)).toEqual({
    code: 0,
    stdout: "2 events imported into demo, 2 rows rejected.\n",
    stderr: [
      "line 3: Access Time: 2024-06-01 05:54:03 is too early: the events of this site before 2024-06-02 were forgotten\n",
      "line 4: Access Time: 3000-01-01 05:54:03 has not come yet\n",
    ].join(""),
  });
});

test("the rejected rows never go where the log itself is, nor does a command that fails touch what an earlier one left", async () => {
  const file = await write("log.csv", accessFile(3));
  const before = await readFile(file, "utf8");
  const refused = await runCommand("import", [file, "--rejects", file], database.url);
  expect(refused).toMatchObject({ code: 1, stderr: `footfall import: ${file} is the very file to import: --rejects needs another one.\n` });
  expect((await runCommand("import", [path("no-such-log.csv"), "--rejects", file], database.url)).code).toBe(1);
  expect(await readFile(file, "utf8")).toBe(before);
});

test("a process killed in the middle leaves nothing half-written, and the import can simply be repeated", async () => {
  const file = await write("large.csv", accessFile(60_000));
  const { child, ended } = startCommand("import", [file], database.url);
  // Wait until its transaction is at work, then pull the plug.
  await expect
    .poll(
      async () => {
        const [row] = await database.db.$queryRaw<{ busy: boolean }[]>`
          SELECT count(*) > 0 AS busy FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE '%staging%' AND pid <> pg_backend_pid() AND state = 'active'`;
        return row?.busy;
      },
      { timeout: 30_000, interval: 5 },
    )
    .toBe(true);
  child.kill("SIGKILL");
  expect((await ended).code).toBeNull();
  expect(await stored()).toEqual(empty);
  expect(await importHere(file)).toMatchObject({ appended: 60_000, duplicates: 0 });
});

test("the same file read in another time zone is the same file still, and the command says which rows were read otherwise", async () => {
  const lines = [...accessFile(40), accessFile(1)[1] as string];
  const file = await write("zones.csv", lines);
  expect(await importHere(file)).toMatchObject({ appended: 41, duplicates: 0 });
  const before = await stored();
  // The two zones that are furthest apart, and one in between; across a change of clocks too.
  for (const zone of ["Pacific/Kiritimati", "Etc/GMT+12"]) {
    const { stdout } = await runCommand("import", [file, "--timezone", zone], database.url);
    expect(stdout).toBe(
      `0 events imported into demo, 41 were there already (read in another time zone than ${zone}; they keep the instants they have).\n`,
    );
  }
  // A month that these instants would have been in may have been made ready.
  expect(await stored()).toEqual({ ...before, partitions: expect.any(Number) });
  const site = await readSite(database.db, "demo");
  const east = await write("east.csv", [ACCESS_HEADER, "2024-03-31,192.168.1.1,Contact,2024-03-31 05:54:03,225"]);
  const read = (timezone: string) =>
    importOldLog(east, { site: "demo", timezone }, (batches) => bulkAppend(database.db, site, batches, { equalIds: "equal rows" }));
  expect(await read("Pacific/Kiritimati")).toMatchObject({ appended: 1, otherInstants: 0 });
  expect(await read("Etc/GMT+12")).toMatchObject({ appended: 0, duplicates: 1, otherInstants: 1 });
  expect(await read("Pacific/Kiritimati")).toMatchObject({ appended: 0, duplicates: 1, otherInstants: 0 });
});

test("dates and times are of the zone given", async () => {
  const file = await write("zone.csv", [ACCESS_HEADER, "2024-06-01,192.168.1.1,Contact,2024-06-01 05:54:03,225"]);
  const site = await readSite(database.db, "demo");
  await importOldLog(file, { site: "demo", timezone: "Asia/Kathmandu" }, (batches) =>
    bulkAppend(database.db, site, batches, { equalIds: "equal rows" }),
  );
  expect((await database.db.event.findFirst())?.at).toEqual(new Date("2024-06-01T00:09:03Z"));
});

test.each([
  ["no-such.csv", /no-such\.csv: there is no such file\.$/],
  [".", /it is a directory, not a file\.$/],
  ["empty.csv", /The file is empty: there is not even a header\.$/],
  ["other.csv", /The header "a,b,c" is of no log known here: an activity log has user_name,/],
])("%s is refused", async (name, message) => {
  await write("empty.csv", "");
  await write("other.csv", "a,b,c\n1,2,3\n");
  await expect(importHere(path(name))).rejects.toThrow(message);
  expect(await stored()).toEqual(empty);
});

test.each([
  [["--timezone", "Mars/Base"], /--timezone must be an IANA name such as Europe\/Berlin, not "Mars\/Base"\.$/],
  [["--rejects", "/no/such/folder/x.csv"], /the rejected rows can't be written there \(ENOENT\)\.$/],
])("%j is refused in one clear line", async (args, message) => {
  const { code, stdout, stderr } = await runCommand("import", [await write("good.csv", accessFile(1)), ...args], database.url);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr.trimEnd()).toMatch(/^footfall import: [^\n]*$/);
  expect(stderr.trimEnd()).toMatch(message);
});
