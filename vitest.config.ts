import { defineConfig } from "vitest/config";

// The source of launches is somebody else's: no test asks it unless it brings one of its own.
process.env.LAUNCHES_URL ??= "http://127.0.0.1:9/launches/";

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    // Vitest would give up after a second: on a busy machine that says nothing about the product.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.{ts,tsx}"], testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: "tests/support/throw-away-postgres.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: "chaos", include: ["tests/chaos/**/*.test.ts"], fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        extends: true,
        test: {
          name: "server",
          include: ["tests/server/**/*.test.ts"],
          globalSetup: "tests/support/one-app.ts",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
