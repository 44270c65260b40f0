import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { bundleCommands } from "../../lib/cli/app/bundle-commands";
import { ensureBuild } from "../../lib/cli/app/ensure-build";
import { openDatabase } from "../../lib/db/client";
import { findFreePort } from "../../lib/db/embedded/free-port";
import { joinEmbeddedPostgres } from "../../lib/db/embedded/join-embedded-postgres";
import { TEST_OWNER } from "../support/test-owner";

// The steps of the Dockerfile, without Docker: the standalone folder alone in a clean place, a database of its own beside it.
test("what the image holds migrates, serves and counts against a separate Postgres", async ({ page }) => {
  test.setTimeout(180_000);
  const place = await mkdtemp(join(tmpdir(), "footfall-image-"));
  const app = join(place, "app");
  const postgres = await joinEmbeddedPostgres(join(place), { durable: false });
  await cp(await ensureBuild(), app, { recursive: true, verbatimSymlinks: true });
  await bundleCommands(app);
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  // Nothing of this machine's environment but the path: an image has no more.
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    HOSTNAME: "0.0.0.0",
    PORT: String(port),
    DATABASE_URL: postgres.url,
    FOOTFALL_DATA_DIR: join(place, "data"),
    AUTH_SECRET: "an image gets its secret from its environment",
    OWNER_EMAIL: TEST_OWNER.email,
    OWNER_PASSWORD: TEST_OWNER.password,
  };
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: app, env, encoding: "utf8" });
  const migrated = run("cli/db-migrate.mjs");
  expect(migrated.stderr + migrated.stdout).toContain("up to date (1 site)");

  const server = spawn(process.execPath, ["server.js"], { cwd: app, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
  const db = openDatabase(postgres.url, { poolSize: 2 });
  try {
    const health = () =>
      fetch(`${url}/api/health`).then(
        (response) => response.status,
        () => 0,
      );
    await expect.poll(health, { timeout: 60_000, message: "the server answers" }).toBe(200);

    await page.goto(url);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.goto(`${url}/house-price`);
    await page.getByRole("main").getByRole("button").last().click();
    await page.goto(`${url}/celebrity`);
    await page.locator('input[type="file"]').setInputFiles("node_modules/@vladmandic/face-api/demo/sample1.jpg");
    await page.getByRole("main").getByRole("button").last().click();
    await expect(page.getByText(/(One face|\d+ faces), /)).toBeVisible({ timeout: 60_000 });
    await page.goto(`${url}/login`);
    await page.getByRole("textbox", { name: "E-mail" }).fill(TEST_OWNER.email);
    await page.getByRole("textbox", { name: "Password" }).fill(TEST_OWNER.password);
    await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((to) => !to.pathname.startsWith("/login"));
    await page.goto(`${url}/dashboard`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

    const views = () => db.event.count({ where: { kind: "view" } });
    await expect.poll(views, { message: "page views arrive in the database" }).toBeGreaterThanOrEqual(4);
    expect(await db.event.count({ where: { kind: "login" } })).toBe(1);
    const verified = run("cli/verify.mjs");
    expect(verified.stdout).toContain("no difference");
    expect(verified.status).toBe(0);
    expect(printed).not.toMatch(/Cannot find module|did not start|ENOENT/);
  } finally {
    await page.close();
    server.kill("SIGTERM");
    expect(await ended, printed).toBe(0);
    await db.$disconnect();
    await postgres.release();
    await rm(postgres.home, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true });
  }
});
