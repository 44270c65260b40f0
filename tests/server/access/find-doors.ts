import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** One way into the app: a method of a route handler, a page, or a server action. `name` is how the rules call it. */
export type Door =
  | { type: "route"; name: string; method: string; path: string }
  | { type: "page"; name: string; path: string }
  | { type: "action"; name: string; id: string; page: string };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const APP = join(process.cwd(), "app");

/** Everything that answers a request, as it stands on disk and in the build. */
export function findDoors(): Door[] {
  const files = filesBelow(APP);
  return [...files.flatMap(routesOf), ...files.flatMap(pageOf), ...findActions()];
}

/** The paths of what the build serves: pages and route handlers. Next's own pages for errors, and pictures that are files, are not ours to guard. */
export function findServedPaths(): string[] {
  const manifest = JSON.parse(readFileSync(".next/server/app-paths-manifest.json", "utf8")) as Record<string, string>;
  const ours = Object.keys(manifest).filter((key) => !/^\/_(global-error|not-found)\/page$|\.(svg|png|ico)\/route$/.test(key));
  return ours.map(
    (key) =>
      `/${key
        .split("/")
        .slice(1, -1)
        .filter((folder) => !/^\(.*\)$/.test(folder))
        .join("/")}`,
  );
}

/** Names of the exported functions of every file that says "use server", to hold the build's list against. */
export function findActionSources(): string[] {
  const files = [...filesBelow(APP), ...filesBelow(join(process.cwd(), "lib"))].filter((file) => /\.tsx?$/.test(file));
  return files.flatMap((file) => {
    const source = readFileSync(file, "utf8");
    if (!/^\s*["']use server["'];?\s*$/m.test(source)) return [];
    const names = [...source.matchAll(/^export (?:async function|const) (\w+)/gm)].map(([, name]) => name);
    return names.map((name) => `${relative(process.cwd(), file).split(sep).join("/")} ${name}`);
  });
}

/** Whether the first line of an action, named as above, hands its arguments to `beginAction`. */
export function beginsAction(name: string): boolean {
  const [file = "", action] = name.split(/ (?=\w+$)/);
  const source = readFileSync(file, "utf8");
  const found = new RegExp(`^export async function ${action}\\(([^)]*)\\)[^{]*\\{\\n  await beginAction\\(([^)]*)\\);`, "m").exec(source);
  const names = found?.[1]?.split(",").map((parameter) => parameter.split(":")[0]?.trim());
  return found !== null && names?.join(", ") === found[2];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function routesOf(file: string): Door[] {
  if (!/[/\\]route\.tsx?$/.test(file)) return [];
  const source = readFileSync(file, "utf8");
  const exported = [...source.matchAll(/^export\b([^\n]*)/gm)].map(([, rest = ""]) => rest).join("\n");
  const path = patternOf(file);
  return METHODS.filter((method) => new RegExp(`\\b${method}\\b`).test(exported)).map((method) => ({
    type: "route",
    name: `${method} ${path}`,
    method,
    path,
  }));
}

function pageOf(file: string): Door[] {
  if (!/[/\\]page\.tsx?$/.test(file)) return [];
  return [{ type: "page", name: `page ${patternOf(file)}`, path: patternOf(file) }];
}

const patternOf = (file: string) => {
  const folders = relative(APP, file).split(sep).slice(0, -1);
  return `/${folders.filter((folder) => !/^\(.*\)$/.test(folder)).join("/")}`;
};

type Manifest = { node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }> };

function findActions(): Door[] {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as Manifest;
  return Object.entries(manifest.node).map(([id, { filename, exportedName, workers }]) => {
    const page = `/${(Object.keys(workers)[0] ?? "")
      .replace(/^app\//, "")
      .replace(/\/?page$/, "")
      .split("/")
      .filter((part) => !/^\(.*\)$/.test(part))
      .join("/")}`;
    return { type: "action", name: `${filename} ${exportedName}`, id, page };
  });
}
