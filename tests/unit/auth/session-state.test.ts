import { createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hasEnded } from "../../../lib/auth/session-state";
import { db } from "../../../lib/db/client";

const ID = "6f1c1d0e-0000-4000-8000-000000000001";
// A database that takes connections and never says a word, as a frozen one does.
const sockets = new Set<Socket>();
const frozen = createServer((socket) => sockets.add(socket));

beforeAll(async () => {
  await new Promise<void>((resolve) => frozen.listen(0, "127.0.0.1", resolve));
  const address = frozen.address();
  vi.stubEnv("DATABASE_URL", `postgresql://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/none`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => frozen.close(resolve));
  await db().$disconnect();
});

test("a page does not wait for a frozen database to say whether a session is still good", async () => {
  const start = performance.now();
  expect(await hasEnded({ sub: ID, sid: ID, passwordChangedAt: 1 })).toBe(false);
  expect(performance.now() - start).toBeLessThan(2_000);
});
