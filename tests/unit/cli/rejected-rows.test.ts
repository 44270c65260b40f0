import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listRejections } from "@/lib/cli/rejected-rows";

const LOG = "the log\n";
const OLDER = "what an earlier import left\n";

let folder: string;
let printed: string;
const path = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-rejects-"));
  await writeFile(path("log.csv"), LOG);
  await writeFile(path("older.csv"), OLDER);
  printed = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** Rejects that many rows into that file, as an import does that ends so. */
async function reject(rows: number, name: string | undefined, succeeded: boolean) {
  const rejected = await listRejections(name === undefined ? undefined : path(name), path("log.csv"));
  for (let line = 2; line < rows + 2; line += 1) rejected.add({ line, reason: `has a "fault"` });
  await rejected.close(succeeded);
}
const read = (name: string) => readFile(path(name), "utf8");

test("the log itself is no place for rejected rows, by whatever name", async () => {
  await link(path("log.csv"), path("hard-link.csv"));
  await symlink(path("log.csv"), path("symbolic-link.csv"));
  for (const name of ["log.csv", "hard-link.csv", "symbolic-link.csv"])
    await expect(reject(1, name, false)).rejects.toThrow(`${path(name)} is the very file to import: --rejects needs another one.`);
  expect(await read("log.csv")).toBe(LOG);
});

test("a row is a line on the terminal, and orders it nothing, whatever it holds", async () => {
  const rejected = await listRejections(undefined, path("log.csv"));
  rejected.add({ line: 2, reason: 'no time: "\n,\u001b[2J\u2028"' });
  await rejected.close(false);
  expect(printed).toBe('line 2: no time: "\\u{a},\\u{1b}[2J\\u{2028}"\n');
});

test("an older file stays as it was while rows come, and when a failed import has none to write down", async () => {
  await reject(0, "older.csv", false);
  const rejected = await listRejections(path("older.csv"), path("log.csv"));
  for (let line = 1; line < 5_000; line += 1) rejected.add({ line, reason: "bad" });
  expect(await read("older.csv")).toBe(OLDER);
  await rejected.close(false);
  expect((await read("older.csv")).split("\n")).toHaveLength(1 + 4_999 + 1);
  expect((await readdir(folder)).sort()).toEqual(["log.csv", "older.csv"]);
});

test("of an import without a bad row nothing but the header is written, and not what an earlier one left", async () => {
  await reject(0, "older.csv", true);
  expect(await read("older.csv")).toBe("line,reason\n");
});

test("a link to an older file goes on being one", async () => {
  await symlink(path("older.csv"), path("link.csv"));
  await reject(1, "link.csv", true);
  expect(await read("older.csv")).toBe('line,reason\n2,"has a ""fault"""\n');
});

test("the terminal lists fifty, and says how many more there are and where all of them can be read", async () => {
  await reject(1_053, "all.csv", false);
  expect(printed.split("\n").slice(49)).toEqual([
    'line 51: has a "fault"',
    `… and 1,003 more rejected; all of them are in ${path("all.csv")}.`,
    "",
  ]);
  printed = "";
  await reject(51, undefined, false);
  expect(printed.split("\n").slice(50)).toEqual(["… and 1 more rejected; --rejects CSV writes down all of them.", ""]);
});
