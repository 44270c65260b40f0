import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { ask } from "../../../lib/db/ask";
import { type Db, openDatabase, poolOf } from "../../../lib/db/client";
import { ping } from "../../../lib/db/ping";
import { type CuttableProxy, startCuttableProxy } from "../../support/cuttable-proxy";

const CONNECTIONS = 3;

let wire: CuttableProxy;
let db: Db;
beforeEach(async () => {
  const { url } = inject("postgres");
  wire = await startCuttableProxy(url);
  db = openDatabase(Object.assign(new URL(url), { host: new URL(wire.url).host }).href, { poolSize: CONNECTIONS });
});
afterEach(async () => {
  await db.$disconnect();
  await wire.stop();
});

const openAll = () => Promise.all(Array.from({ length: CONNECTIONS }, () => ask(db, 10_000)));

test("connections that lead nowhere are closed one by one as they are asked, until one answers", async () => {
  await openAll();
  expect(poolOf(db).totalCount).toBe(CONNECTIONS);
  wire.swallow();
  for (let left = CONNECTIONS - 1; left >= 0; left--) {
    await expect(ask(db, 50)).rejects.toThrow("timeout");
    expect(poolOf(db).totalCount).toBe(left);
  }
  await ask(db, 10_000);
  expect(await ping(db, 10_000)).toBe(true);
});

test("with no connection free it ends in time, and takes none", async () => {
  const held = await Promise.all(Array.from({ length: CONNECTIONS }, () => poolOf(db).connect()));
  expect(await ping(db, 50)).toBe(false);
  for (const connection of held) connection.release();
  await expect.poll(() => poolOf(db).idleCount).toBe(CONNECTIONS);
  await openAll();
});

test("a connection that is cut is told of, and the next is asked", async () => {
  await openAll();
  wire.cut();
  expect(await ping(db, 10_000)).toBe(false);
  wire.mend();
  expect(await ping(db, 10_000)).toBe(true);
});
