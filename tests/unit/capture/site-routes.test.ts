import { existsSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, test } from "vitest";
import { findRoute, NOT_FOUND_ROUTE, SITE_ROUTES } from "@/lib/capture/site-routes";

const SITE = join(process.cwd(), "app", "(site)");

/** The patterns of all pages and handlers below app/(site), as Next reads the folders. */
function routesOnDisk(folder = SITE): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const own = entries.some((entry) => /^(page|route)\.tsx?$/.test(entry.name)) ? [patternOf(folder)] : [];
  const below = entries.filter((entry) => entry.isDirectory() && !/^[_@]/.test(entry.name));
  return [...own, ...below.flatMap((entry) => routesOnDisk(join(folder, entry.name)))].sort();
}

const patternOf = (folder: string) =>
  `/${relative(SITE, folder)
    .split(sep)
    .filter((part) => part && !/^\(.*\)$/.test(part))
    .join("/")}`;

test("every page of the site on disk is known to capture", () => {
  expect(existsSync(SITE)).toBe(true);
  for (const route of routesOnDisk()) expect(SITE_ROUTES).toContain(route);
});

test.each([
  ["/", "/"],
  ["/login", "/login"],
  ["/login/", "/login"],
  ["/house%2Dprice", "/house-price"],
  ["/LOGIN", NOT_FOUND_ROUTE],
  ["/login/more", NOT_FOUND_ROUTE],
  ["/wp-login.php", NOT_FOUND_ROUTE],
  ["/%E0%A4%A", NOT_FOUND_ROUTE],
  ["//", "/"],
])("the path %s belongs to the route %s", (path, route) => {
  expect(findRoute(path)).toBe(route);
});

test("patterns with parameters take any value, and a catch-all takes any depth", () => {
  const routes = ["/blog/new", "/blog/[slug]", "/docs/[...path]"];
  expect(findRoute("/blog/new", routes)).toBe("/blog/new");
  expect(findRoute("/blog/a", routes)).toBe("/blog/[slug]");
  expect(findRoute("/blog/a/b", routes)).toBe(NOT_FOUND_ROUTE);
  expect(findRoute("/docs/a/b/c", routes)).toBe("/docs/[...path]");
  expect(findRoute("/docs", routes)).toBe(NOT_FOUND_ROUTE);
});
