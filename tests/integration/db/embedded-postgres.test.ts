import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { joinEmbeddedPostgres } from "../../../lib/db/embedded/join-embedded-postgres";
import { findPostmaster, stopPostmaster } from "../../../lib/db/embedded/postmaster";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-embedded-"));
  // As mktemp makes it: closed to everyone else, also to the user that root's database runs as.
  await chmod(folder, 0o700);
});
afterEach(async () => {
  await stopPostmaster(join(folder, "postgres"));
  await rm(folder, { recursive: true, force: true });
});

const joinIt = () => joinEmbeddedPostgres(folder, { durable: false });

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test("starts, keeps what is written over a stop, and leaves no process", async () => {
  const first = await joinIt();
  await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  const { pid } = findPostmaster(first.home) ?? {};
  await first.release();
  expect(findPostmaster(first.home)).toBeUndefined();
  expect(() => process.kill(pid ?? 0, 0)).toThrow();

  const second = await joinIt();
  expect(await ask(second.url, "SELECT answer FROM kept")).toEqual({ answer: 42 });
  await second.release();
});

test("two users share one server, and the last one ends it", async () => {
  const [one, two] = await Promise.all([joinIt(), joinIt()]);
  expect(one.url).toBe(two.url);
  await one.release();
  await one.release();
  expect(await ask(two.url, "SELECT 1 AS one")).toEqual({ one: 1 });
  await two.release();
  expect(findPostmaster(two.home)).toBeUndefined();
});

test("a server that was killed is started again, although its note names a living stranger", async () => {
  const first = await joinIt();
  await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  const found = findPostmaster(first.home);
  process.kill(found?.pid ?? 0, "SIGKILL");
  await expect.poll(() => findPostmaster(first.home)).toBeUndefined();
  const note = join(first.home, "data", "postmaster.pid");
  const lines = (await readFile(note, "utf8")).split("\n");
  await writeFile(note, [String(process.ppid), ...lines.slice(1)].join("\n"));

  const second = await joinIt();
  await ask(second.url, "SELECT 1");
  await first.release();
  await second.release();
});

test("the lock and the mark of a process that was killed hold nobody up", async () => {
  const first = await joinIt();
  await writeFile(join(first.home, "users", "gone"), "1 0");
  await writeFile(join(first.home, "lock"), "999999999 1");
  await first.release();
  expect(findPostmaster(first.home)).toBeUndefined();
});

test("the password is for its owner's eyes only", async () => {
  const postgres = await joinIt();
  expect((await stat(join(postgres.home, "password"))).mode & 0o777).toBe(0o600);
  const guess = Object.assign(new URL(postgres.url), { password: "guess" }).href;
  await expect(ask(guess, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  await postgres.release();
});
