import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { importWorkedExample } from "../../support/import-worked-example";
import { runCommand } from "../../support/run-command";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await importWorkedExample(database.db, "example");
});
afterAll(() => database.drop());

const run = (name: string, ...args: string[]) => runCommand(name, ["--site", "example", ...args], database.url);

beforeEach(async () => {
  await database.db.$executeRaw`UPDATE session SET interactions = interactions + 1`;
  await database.db.$executeRaw`UPDATE rollup SET bounces = bounces + 1 WHERE grain = 'day'`;
});

test.each([
  ["all days", []],
  ["0001-01-01", ["--from", "0001-01-01", "--to", "9999-12-31"]],
])("what verify finds is repaired, by %s", async (_named, span) => {
  const found = await run("verify");
  expect(found.code).toBe(1);
  expect(found.stdout).toContain("npm run rebuild -- --site example");
  const rebuilt = await run("rebuild", ...span);
  expect({ code: rebuilt.code, stderr: rebuilt.stderr }).toEqual({ code: 0, stderr: "" });
  expect(rebuilt.stdout).toMatch(/^example, .*: counted anew in \d+\.\d s\./);
  expect((await run("verify")).code).toBe(0);
});

test("a span that makes no sense, or a site that is not there, is refused and changes nothing", async () => {
  for (const span of [
    ["--from", "2022-09-11"],
    ["--from", "2022-09-12", "--to", "2022-09-11"],
    ["--from", "yesterday", "--to", "2022-09-11"],
  ]) {
    const { code, stderr } = await run("rebuild", ...span);
    expect({ code, said: /^footfall rebuild: .*--(from|to)/.test(stderr) }, stderr).toEqual({ code: 1, said: true });
  }
  expect((await runCommand("rebuild", ["--site", "nowhere"], database.url)).stderr).toContain("nowhere");
  expect((await run("verify")).code).toBe(1);
});
