import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError } from "../../app-error";
import { withFileLock } from "../../db/embedded/file-lock";
import { inheritedEnv } from "../../env";

/** What the server is built from. The commands and the tests are not part of it. */
const SOURCES =
  /^(app|lib|public|prisma|middleware\.ts|instrumentation.*\.ts|next\.config\.js|tsconfig\.json|package\.json|package-lock\.json)$/;
const NOT_BUILT = new Set(["lib/cli", "lib/db/generated"]);
const BUILD_PATIENCE_MS = 15 * 60_000;

async function hashFolder(folder: string, add: (path: string, content: Buffer) => void): Promise<void> {
  const entries = await readdir(folder || ".", { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (NOT_BUILT.has(path) || (!folder && !SOURCES.test(path))) continue;
    if (entry.isDirectory()) await hashFolder(path, add);
    else add(path, await readFile(path));
  }
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  await hashFolder("", (path, content) => hash.update(`${path}\0${content.length}\0`).update(content));
  return hash.digest("hex");
}

/** Runs `next build`; what it prints is kept for the case that it fails. Asked to leave, it ends early, half done. */
function runNextBuild(leaving: AbortSignal | undefined): Promise<void> {
  const env = inheritedEnv({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
  const child = spawn(process.execPath, ["node_modules/next/dist/bin/next", "build"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const stop = () => child.kill("SIGTERM");
  leaving?.addEventListener("abort", stop, { once: true });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (code) => {
      leaving?.removeEventListener("abort", stop);
      if (leaving?.aborted) return done();
      if (code === 0) return done();
      process.stderr.write(output);
      const full = /ENOSPC|No space left/.test(output) ? ": the disk is full" : ": its output stands above";
      failed(new AppError("unavailable", `The app could not be built${full}.`));
    });
  });
}

/**
 * The folder of a standalone server built from the sources as they are now; builds it when there is none or when they have changed.
 * Of two that come at once one builds, the other waits. Throws AppError `unavailable` when the build fails.
 */
export async function ensureBuild(onProgress: (step: string) => void = () => undefined, leaving?: AbortSignal): Promise<string> {
  const standalone = resolve(".next/standalone");
  const stamp = resolve(".next/footfall-build");
  const wanted = await hashSources();
  const isFresh = async () => existsSync(join(standalone, "server.js")) && (await readFile(stamp, "utf8").catch(() => "")) === wanted;
  if (await isFresh()) return standalone;
  const wait = { timeoutMs: BUILD_PATIENCE_MS, onWait: () => onProgress("Waiting for another build to end") };
  await withFileLock(
    resolve(".footfall-build.lock"),
    async () => {
      if (await isFresh()) return;
      onProgress("Building the app, about a minute");
      await rm(stamp, { force: true });
      await runNextBuild(leaving);
      if (leaving?.aborted) return;
      // A standalone server expects what a CDN could serve beside it.
      await cp(".next/static", join(standalone, ".next/static"), { recursive: true });
      if (existsSync("public")) await cp("public", join(standalone, "public"), { recursive: true });
      await writeFile(stamp, wanted);
    },
    wait,
  );
  return standalone;
}
