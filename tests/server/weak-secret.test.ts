import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { inheritedEnv } from "../../lib/env";

const { databaseUrl } = inject("app");

test.each([
  ["missing", "", "AUTH_SECRET is not set"],
  ["guessable", "changemechangemechangemechangeme", "AUTH_SECRET is too weak"],
])("a server started by itself, as in a container, refuses a %s secret with exit code 1 and what to do", async (_, secret, message) => {
  const server = join(await ensureBuild(), "server.js");
  const env = inheritedEnv({
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: secret,
    PORT: String(await findFreePort()),
  });
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [server], { env, timeout: 60_000 }, (error, _stdout, stderr) => resolve({ code: error?.code, stderr }));
  });
  expect(code).toBe(1);
  expect(stderr).toContain(`footfall: ${message}`);
  expect(stderr).toContain("openssl rand");
});
