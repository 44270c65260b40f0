import type { CsvCell } from "@/lib/metrics/csv-line";
import type { RouteViews } from "@/lib/metrics/snapshot";

/** Page views by route as the lines of a file. */
export const routeTable = (pageViews: readonly RouteViews[]): CsvCell[][] => [
  ["route", "views", "share"],
  ...pageViews.map(({ route, views, share }) => [route, views, share]),
];
