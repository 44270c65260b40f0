import { createServer, type Socket } from "node:net";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hasEnded, rememberRevoked, wasKnownEnded } from "../../../lib/auth/session-state";
import { askUser } from "../../../lib/capture/read-user";
import { db } from "../../../lib/db/client";
import { setEnv } from "../../../lib/env";

const SECRET = "a secret that only this test knows, long enough";
const COOKIE = "authjs.session-token";
const ID = "6f1c1d0e-0000-4000-8000-000000000001";
// A database that takes connections and never says a word, as a frozen one does.
const sockets = new Set<Socket>();
const frozen = createServer((socket) => sockets.add(socket));

beforeAll(async () => {
  setEnv({ AUTH_SECRET: SECRET });
  await new Promise<void>((resolve) => frozen.listen(0, "127.0.0.1", resolve));
  const address = frozen.address();
  vi.stubEnv("DATABASE_URL", `postgresql://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/none`);
});
afterAll(async () => {
  setEnv({ AUTH_SECRET: "" });
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => frozen.close(resolve));
  await db().$disconnect();
});

test("nothing is asked of the database for a call without a session", async () => {
  expect(await askUser("theme=dark")).toBeNull();
  expect(await askUser(`${COOKIE}=of another server`)).toBeNull();
  expect(sockets.size).toBe(0);
});

test("a page does not wait for a frozen database to say whether a session is still good", async () => {
  const start = performance.now();
  expect(await hasEnded({ sub: ID, sid: ID, passwordChangedAt: 1 })).toBe(false);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("nor do a page's events, which are its user's still; and calls that come at once ask one question", async () => {
  const token = { sub: ID, sid: ID.replace("6f", "7f"), passwordChangedAt: 1, name: "Ada", endsAt: Date.now() + 3_600_000 };
  const cookie = `${COOKIE}=${await encode({ token, secret: SECRET, salt: COOKIE, maxAge: 60 })}`;
  const before = sockets.size;
  const start = performance.now();
  const users = await Promise.all(Array.from({ length: 5 }, () => askUser(cookie)));
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(users.map((user) => user?.key)).toEqual(Array(5).fill(ID));
  expect(sockets.size - before).toBeLessThanOrEqual(1);
});

test("who signed out here stays signed out, however many others come after, whom nobody could tell the database of", () => {
  const claims = (index: number) => ({ sub: ID, sid: `session-${index}`, passwordChangedAt: 1 });
  for (let index = 0; index < 5_000; index++) rememberRevoked(claims(index));
  const later = new Date(Date.now() + 1_000);
  expect([wasKnownEnded(claims(0), later), wasKnownEnded(claims(5_000), later)]).toEqual([true, false]);
});
