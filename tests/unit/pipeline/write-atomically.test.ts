import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAtomically } from "@/lib/pipeline/write-atomically";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "footfall-write-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a reader sees the old file until the new one is whole", async () => {
  const file = path.join(folder, "daily", "a.csv");
  expect(await writeAtomically(file, (temporary) => writeFile(temporary, "old"))).toBe(3);
  await writeAtomically(file, async (temporary) => {
    await writeFile(temporary, "new, but only half of");
    expect(await readFile(file, "utf8")).toBe("old");
    await writeFile(temporary, "new");
  });
  expect(await readFile(file, "utf8")).toBe("new");
});

test("a write that fails leaves the old file, and nothing beside it", async () => {
  const file = path.join(folder, "a.csv");
  await writeAtomically(file, (temporary) => writeFile(temporary, "old"));
  const failing = writeAtomically(file, async (temporary) => {
    await writeFile(temporary, "half");
    throw new Error("no room left");
  });
  await expect(failing).rejects.toThrow("no room left");
  expect(await readFile(file, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["a.csv"]);
});
