import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backUp } from "../../../lib/db/backup/back-up";
import { restore } from "../../../lib/db/backup/restore";
import { joinEmbeddedPostgres } from "../../../lib/db/embedded/join-embedded-postgres";

let folder: string;
let dataFolder: string;
const backup = () => join(folder, "backup");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-backup-"));
  await chmod(folder, 0o711);
  dataFolder = join(folder, "data");
  await mkdir(dataFolder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withClient<T>(url: string, run: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

const numbersOf = (url: string) =>
  withClient(url, async (client) => (await client.query<{ n: number }>("SELECT n FROM kept ORDER BY n")).rows.map(({ n }) => n));

/** A socket is a file that cannot be copied. What was there must be there still, and usable, with nothing beside it. */
async function expectRefusedHalfway(home: string): Promise<void> {
  const before = (await readdir(home)).sort();
  const password = await readFile(join(home, "password"), "utf8");
  const socket = createServer();
  await new Promise<void>((resolve) => socket.listen(join(backup(), "data", "socket"), resolve));
  try {
    await expect(restore(dataFolder, backup(), new Date())).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/socket.*Nothing was changed\.$/s),
    });
  } finally {
    await new Promise((resolve) => socket.close(resolve));
  }
  expect((await readdir(home)).sort()).toEqual(before);
  expect(await readFile(join(home, "password"), "utf8")).toBe(password);
  const unharmed = await joinEmbeddedPostgres(dataFolder);
  try {
    expect(await numbersOf(unharmed.url)).toEqual([]);
  } finally {
    await unharmed.release();
  }
}

test("a backup taken under writes comes back as one moment of the database, and what was there is kept aside", async () => {
  const running = await joinEmbeddedPostgres(dataFolder);
  await withClient(running.url, (client) => client.query("CREATE TABLE kept (n integer)"));
  let writing = true;
  const writer = withClient(running.url, async (client) => {
    for (let n = 1; writing; n += 1) await client.query("INSERT INTO kept VALUES ($1)", [n]);
  });
  await mkdir(backup());
  const sure = (await numbersOf(running.url)).length;
  expect(await backUp(running.url, running.home, backup())).toBeGreaterThan(1_000_000);
  writing = false;
  await writer;
  const all = await numbersOf(running.url);
  await expect(restore(dataFolder, backup(), new Date())).rejects.toMatchObject({ code: "conflict" });
  await withClient(running.url, (client) => client.query("DELETE FROM kept"));
  await running.release();

  await expectRefusedHalfway(running.home);
  const aside = await restore(dataFolder, backup(), new Date());
  expect(aside && existsSync(join(aside, "data", "PG_VERSION"))).toBe(true);
  const again = await joinEmbeddedPostgres(dataFolder);
  try {
    const restored = await numbersOf(again.url);
    expect(restored.length).toBeGreaterThanOrEqual(sure);
    expect(restored).toEqual(all.slice(0, restored.length));
  } finally {
    await again.release();
    await rm(again.home, { recursive: true, force: true });
  }
});

test("a folder without a backup is refused", async () => {
  await expect(restore(dataFolder, folder, new Date())).rejects.toMatchObject({ code: "invalid" });
});
