import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { env, setEnv } from "../../../lib/env";
import { TEXTS } from "../../server/hostile/arbitraries";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

const LONG = env().FOOTFALL_CHAOS === "long";
const RUNS = LONG ? 1_500 : 60;
const SEED = LONG ? undefined : 2026;
const PATIENCE_MS = 20_000;

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "footfall-arguments-"));
  setEnv({ DATABASE_URL: database.url, FOOTFALL_DATA_DIR: join(folder, "data"), INIT_CWD: folder });
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

let runs = 0;

/** Runs a command in this process, as its file does by itself: hundreds of them in the time that a few processes take. */
async function run(name: string, args: readonly string[]) {
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      printed[stream] += chunk;
      return true;
    });
  const argv = process.argv;
  process.argv = [process.execPath, name, ...args];
  process.exitCode = undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const ended = import(/* @vite-ignore */ `../../../lib/cli/${name}.ts?run=${runs++}`);
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} ${JSON.stringify(args)} does not end`)), PATIENCE_MS);
    });
    await Promise.race([ended, late]);
    return { code: Number(process.exitCode ?? 0), ...printed };
  } finally {
    clearTimeout(timer);
    vi.restoreAllMocks();
    process.argv = argv;
    process.exitCode = undefined;
  }
}

/** What a refusal looks like: its own line, and at most commander's pointer to --help. Never where in the code it came about. */
function expectCivil(name: string, args: readonly string[], { code, stdout, stderr }: Awaited<ReturnType<typeof run>>): void {
  const shown = `${name} ${JSON.stringify(args)} → ${code}\n${stdout.slice(0, 500)}\n${stderr.slice(0, 1_000)}`;
  expect([0, 1], shown).toContain(code);
  expect(stderr, shown).not.toMatch(/\n\s+at .*:\d+:\d+/);
  if (code === 0 || stderr.startsWith("Usage:")) return;
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0], shown).toMatch(new RegExp(`^footfall ${name}: .`));
  expect(lines.slice(1).join(""), shown).toMatch(/^(\(--help shows what is possible\))?$/);
}

// Commands that end: the others serve, test or measure. Where a good argument would start long work, only bad ones are given.
const FLAGS: Record<string, string[]> = {
  metrics: ["--site", "--period", "--date", "--lens", "--json"],
  verify: ["--site", "--from", "--to"],
  rebuild: ["--site", "--from", "--to"],
  person: ["export", "erase", "--site", "--out", "--yes"],
  retain: ["--site", "--events", "--numbers", "--files"],
  import: ["--site", "--timezone", "--keep-going", "--rejects"],
  backup: [],
  restore: [],
  seed: ["--days", "--seed", "--site", "--events=x"],
  traffic: ["--rate", "--seed", "--users=0"],
  "db-migrate": [],
};
const NEVER_ALONE: Record<string, string[]> = { seed: ["--events", "0"], traffic: ["--users", "0"] };

test(`${RUNS} command lines of nonsense: one line that says what is wrong, never a trace, never a hang`, async () => {
  let refused = 0;
  const word = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: "binary", maxLength: 40 })).map((text) => text.replaceAll("\0", ""));
  const line = fc.constantFrom(...Object.keys(FLAGS)).chain((name) =>
    fc.record({
      name: fc.constant(name),
      args: fc.array(fc.oneof(word, ...((FLAGS[name] ?? []).length > 0 ? [fc.constantFrom(...(FLAGS[name] ?? []))] : [])), {
        maxLength: 5,
      }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(line, async ({ name, args }) => {
      const all = [...args, ...(NEVER_ALONE[name] ?? [])];
      const result = await run(name, all);
      expectCivil(name.replace("-", ":"), all, result);
      refused += result.code;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(refused).toBeGreaterThan(RUNS / 3);
}, 3_600_000);

test(`${RUNS} files that are no logs, or nearly: refused by line or taken, never a trace, never a hang`, async () => {
  const HEADERS = [
    "user_name,user_id,name,surname,gender,method,route,status,time,date",
    "Date,IP Address,Page Accessed,Access Time,Time Spent (seconds)",
  ];
  const GOOD = ["a@b.c,0,A,B,m,GET,/celebrity,Success,14:48:10,2022-10-11", "2024-06-01,192.168.1.1,Contact,2024-06-01 05:54:03,225"];
  const field = fc.oneof(
    fc.constantFrom(...TEXTS),
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom('"', '""', "\n", ",", "\r"),
  );
  const row = fc.oneof(
    fc.constantFrom(...GOOD),
    fc.array(field, { maxLength: 12 }).map((fields) => fields.join(",")),
  );
  const text = fc
    .record({
      header: fc.oneof(fc.constantFrom(...HEADERS), row),
      rows: fc.array(row, { maxLength: 20 }),
      end: fc.constantFrom("\n", "\r\n", "\r"),
    })
    .map(({ header, rows, end }) => Buffer.from([header, ...rows].join(end)));
  const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => Buffer.from(array));
  const file = join(folder, "log.csv");
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: bytes }),
      fc.boolean(),
      async (content, keepGoing) => {
        writeFileSync(file, content);
        const args = ["log.csv", ...(keepGoing ? ["--keep-going"] : [])];
        const result = await run("import", args);
        // Rejected rows are listed before the line that sums up.
        expectCivil("import", args, {
          ...result,
          stderr: result.stderr
            .split("\n")
            .filter((text) => !/^\s*(line|…)/.test(text))
            .join("\n"),
        });
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
}, 3_600_000);
