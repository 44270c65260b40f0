import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePort } from "../../../lib/db/embedded/free-port";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "footfall-refused-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(env: Record<string, string>): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["lib/cli/run.mjs", "start"], { env: { ...process.env, ...env } }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}

test("a busy port is named, with what to do", async () => {
  const holder = createServer().listen(0, "0.0.0.0");
  await new Promise((resolve) => holder.once("listening", resolve));
  const address = holder.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { code, stderr } = await start({ PORT: String(port), FOOTFALL_DATA_DIR: folder });
  holder.close();
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(`^footfall start: Port ${port} is in use: stop the program .* PORT=\\d+ npm start\\.$`),
  ]);
});

test.each([
  [
    "a data folder that is a file",
    async () => ({ FOOTFALL_DATA_DIR: join(folder, "file") }),
    /data folder .*file is not a folder\. Set FOOTFALL_DATA_DIR/,
  ],
  [
    "a data folder that can't be made",
    async () => ({ FOOTFALL_DATA_DIR: "/proc/footfall" }),
    /data folder \/proc\/footfall can't be written/,
  ],
  [
    "a database that does not answer",
    async () => ({ DATABASE_URL: `postgresql://u:p@127.0.0.1:${await findFreePort()}/x` }),
    /can't be used: .*ECONNREFUSED/,
  ],
  [
    "a database elsewhere without a secret",
    async () => ({ DATABASE_URL: "postgresql://u:p@db.example:5432/x", AUTH_SECRET: "" }),
    /AUTH_SECRET is not set, and with a database on another machine none is made up\. Set AUTH_SECRET to at least 32 random characters/,
  ],
  [
    "a secret that can be guessed",
    async () => ({ AUTH_SECRET: "changemechangemechangemechangeme" }),
    /AUTH_SECRET is too weak: it can be guessed\. Set AUTH_SECRET/,
  ],
  ["a secret that is too short", async () => ({ AUTH_SECRET: "short" }), /AUTH_SECRET: must have at least 32 characters/],
  ["a setting that makes no sense", async () => ({ FOOTFALL_TIMEZONE: "Mars/Olympus" }), /FOOTFALL_TIMEZONE: must be an IANA time zone/],
])("%s ends it with one clear line and exit code 1", async (_, spoil, message) => {
  await writeFile(join(folder, "file"), "");
  const { code, stderr } = await start({ PORT: String(await findFreePort()), FOOTFALL_DATA_DIR: folder, ...(await spoil()) });
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(message)]);
});
