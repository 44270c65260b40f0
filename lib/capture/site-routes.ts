/**
 * The pages of the measured site, as patterns, the most exact first. A test holds this list against app/(site): middleware runs before
 * Next knows the page, so it has to know by itself.
 */
export const SITE_ROUTES = [
  "/",
  "/celebrity",
  "/house-price",
  "/launches",
  "/launches/[slug]",
  "/login",
  "/logout",
  "/register",
  "/test/error",
] as const;

/** Every path without a page counts as this one route: thousands of guessed addresses must not become thousands of routes. */
export const NOT_FOUND_ROUTE = "(not found)";

/** The pattern that a path belongs to. A trailing slash makes no difference. */
export function findRoute(path: string, routes: readonly string[] = SITE_ROUTES): string {
  const asked = segmentsOf(path);
  return routes.find((pattern) => matches(segmentsOf(pattern), asked)) ?? NOT_FOUND_ROUTE;
}

const segmentsOf = (path: string): string[] => path.replace(/\/+$/, "").split("/").slice(1).map(decodeSegment);

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function matches(pattern: string[], asked: string[]): boolean {
  const last = pattern.at(-1);
  if (last?.startsWith("[...")) return asked.length >= pattern.length && matches(pattern.slice(0, -1), asked.slice(0, pattern.length - 1));
  if (pattern.length !== asked.length) return false;
  return pattern.every((segment, index) => segment === asked[index] || (segment.startsWith("[") && asked[index] !== ""));
}
