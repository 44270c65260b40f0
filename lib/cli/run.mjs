// Runs a command of lib/cli from a bare clone: plain JavaScript without packages, because there may be none yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const NEEDED_NODE = [20, 19];
const LOCK_PATIENCE_MS = 10 * 60_000;

function fail(message) {
  process.stderr.write(`footfall: ${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1])) return;
  fail(
    `Node ${process.versions.node} is too old: Footfall needs ${NEEDED_NODE.join(".")} or newer. Install a current one from https://nodejs.org.`,
  );
}

const hashOf = (...paths) => {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(readFileSync(join(root, path)));
  return hash.digest("hex");
};

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8").trim() : "");

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two commands in one clone must not install at the same time. */
function withLock(path, work) {
  const until = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") fail(`${path} can't be written (${error.code}): give this user the right to write to ${root}.`);
      const owner = Number(read(path));
      if (owner && !isRunning(owner)) rmSync(path, { force: true });
      else if (Date.now() > until) fail(`another command has held ${path} for too long: stop it, or delete that file.`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Runs a step; its output is shown only when it fails, a line with the seconds tells that it goes on. */
function step(title, file, args, hint) {
  const started = Date.now();
  process.stderr.write(`  ${title} …\n`);
  const shell = process.platform === "win32";
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: root, encoding: "utf8", shell, maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return process.stderr.write(`  done in ${Math.round((Date.now() - started) / 1000)} s\n`);
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  return fail(`${file} ${args.join(" ")} failed${error ? ` (${error.message})` : ""}. ${hint}`);
}

/** `npm ci` when node_modules is missing or older than the lock file; an install by hand is recognised by what npm itself noted. */
function installPackages() {
  const stamp = join(root, "node_modules", ".footfall-lock");
  const wanted = hashOf("package-lock.json");
  if (read(stamp) === wanted) return;
  withLock(join(root, ".footfall-install.lock"), () => {
    if (read(stamp) === wanted) return;
    if (!existsSync(join(root, "node_modules", ".package-lock.json")) || !isInstalled()) {
      step("Installing packages, once: a minute or so", "npm", ["ci", "--no-audit", "--no-fund"], "Is the npm registry reachable?");
    }
    writeFileSync(stamp, wanted);
  });
}

/** True when npm's note in node_modules names every package of the lock file that this system needs, in that version. */
function isInstalled() {
  const noted = JSON.parse(read(join(root, "node_modules", ".package-lock.json"))).packages;
  const locked = JSON.parse(read(join(root, "package-lock.json"))).packages;
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === "" || (noted[path] ? noted[path].version === version : optional),
  );
}

function generateClient() {
  const stamp = join(root, "lib", "db", "generated", ".schema");
  const wanted = hashOf("prisma/schema.prisma", "package-lock.json");
  if (read(stamp) === wanted) return;
  withLock(join(root, ".footfall-install.lock"), () => {
    if (read(stamp) === wanted) return;
    step("Generating the database client", process.execPath, ["node_modules/prisma/build/index.js", "generate"], "See its message above.");
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, wanted);
  });
}

const [name = "", ...args] = process.argv.slice(2);
const file = join(root, "lib", "cli", `${name}.ts`);
checkNode();
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) fail(`there is no command "${name}". See "npm run" for the list.`);
process.chdir(root);
if (existsSync(".env")) process.loadEnvFile(".env");
installPackages();
generateClient();
const { register } = await import("tsx/esm/api");
register();
process.argv = [process.argv[0], file, ...args];
await import(pathToFileURL(file).href);
