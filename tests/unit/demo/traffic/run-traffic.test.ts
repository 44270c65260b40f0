import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { loopbackOrigin } from "@/lib/demo/traffic/browser";
import { runTraffic } from "@/lib/demo/traffic/run-traffic";

test.each(["http://localhost:3000", "http://127.0.0.1:80/x", "http://127.9.9.9", "http://[::1]:3000"])("%s is this machine", (url) => {
  expect(loopbackOrigin(url)).toBe(new URL(url).origin);
});

test.each([
  "http://example.com",
  "http://127.0.0.1.example.com",
  "http://localhost.example.com:3000",
  "http://10.0.0.1:3000",
  "http://localhost@example.com",
  "https://localhost:3000",
  "ftp://localhost",
  "localhost:3000",
  "",
])("traffic is never sent to %s", async (url) => {
  await expect(runTraffic({ url, users: 1, minutes: 1 })).rejects.toThrow(/--url must be an http address of this machine/);
});

test("where nothing answers, it says so at once", async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  await expect(runTraffic({ url: `http://127.0.0.1:${port}`, users: 1, minutes: 1 })).rejects.toThrow(
    /Nothing answers at .*: start the app/,
  );
});
