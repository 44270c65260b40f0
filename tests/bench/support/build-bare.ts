import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { AppError } from "../../../lib/app-error";
import { inheritedEnv } from "../../../lib/env";

const COPIED = ["app", "lib", "public", "prisma", "middleware.ts", "instrumentation.ts", "next.config.js", "tsconfig.json", "package.json"];

const EMPTY_MIDDLEWARE = `import { NextResponse } from "next/server";

export function middleware() {
  return NextResponse.next();
}

`;

const BARE_ROUTE = `export const dynamic = "force-dynamic";

export async function POST(request: Request): Promise<Response> {
  const body: unknown = await request.json();
  return Response.json({ accepted: Array.isArray(body) ? body.length : 1, refused: [] }, { status: 202 });
}
`;

/**
 * The yardstick: this very app, but its middleware is empty (with the same matcher), its server starts no capture, and `/api/bare` is a route handler that
 * parses a body and answers. Built in a folder below this one, so that it finds the same packages; returns its standalone server's folder.
 */
export async function buildBare(onProgress: (step: string) => void): Promise<string> {
  const copy = resolve(".footfall/bench-bare");
  const standalone = join(copy, ".next/standalone", relative(resolve("."), copy));
  const wanted = await readFile(".next/footfall-build", "utf8");
  const stamp = join(copy, "stamp");
  if (existsSync(join(standalone, "server.js")) && (await readFile(stamp, "utf8").catch(() => "")) === wanted) return standalone;
  onProgress("Building the app without capture, about a minute");
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const name of COPIED) if (existsSync(name)) await cp(name, join(copy, name), { recursive: true });
  // The commands are no part of the server, and this one would need the tests.
  await rm(join(copy, "lib/cli"), { recursive: true, force: true });
  await replaceIn(join(copy, "middleware.ts"), /^[\s\S]*?(?=export const config)/, EMPTY_MIDDLEWARE);
  await replaceIn(join(copy, "lib/lifecycle/parts.ts"), /^import \{ capturePart \}.*\n/m, "");
  await replaceIn(join(copy, "lib/lifecycle/parts.ts"), /\bcapturePart,? ?/, "");
  await replaceIn(join(copy, "next.config.js"), /import\.meta\.dirname/g, JSON.stringify(resolve(".")));
  await mkdir(join(copy, "app/api/bare"), { recursive: true });
  await writeFile(join(copy, "app/api/bare/route.ts"), BARE_ROUTE);
  const next = resolve("node_modules/next/dist/bin/next");
  const env = inheritedEnv({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, "build"], { cwd: copy, env, encoding: "utf8" });
  if (status !== 0)
    throw new AppError(
      "unavailable",
      `The app without capture could not be built: ${(stdout + stderr).trim().split("\n").slice(-6).join(" ")}`,
    );
  await cp(join(copy, ".next/static"), join(standalone, ".next/static"), { recursive: true });
  await writeFile(stamp, wanted);
  return standalone;
}

async function replaceIn(file: string, pattern: RegExp, replacement: string): Promise<void> {
  const before = await readFile(file, "utf8");
  const after = before.replace(pattern, () => replacement);
  if (after === before)
    throw new AppError(
      "invalid",
      `${file} has changed so that the bench can't take capture out of it: see tests/bench/support/build-bare.ts.`,
    );
  await writeFile(file, after);
}
