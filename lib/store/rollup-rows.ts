import { type BatchDeltas, dayOfKey, hourOfKey } from "./batch-deltas";
import type { DistinctDeltas } from "./distinct-deltas";
import { ROLLUP_COLUMNS, type RollupSums } from "./rollup-columns";

const isMoved = (sums: object): boolean => Object.values(sums).some((value) => value !== 0);

/** Rollup rows to add, hours first, then days (sums of their hours), then weeks; sorted, so that their order is always the same. */
export function rollupRows(deltas: BatchDeltas, distinct: DistinctDeltas): object[] {
  const rows = new Map<string, { grain: string; day: number; hour: number; sums: RollupSums }>();
  const add = (grain: "hour" | "day" | "week", day: number, hour: number, sums: RollupSums) => {
    const key = `${grain} ${day} ${hour}`;
    const row = rows.get(key) ?? { grain, day, hour, sums: {} };
    for (const column of ROLLUP_COLUMNS) if (sums[column]) row.sums[column] = (row.sums[column] ?? 0) + sums[column];
    rows.set(key, row);
  };
  for (const [key, sums] of deltas.hours) {
    add("hour", dayOfKey(key), hourOfKey(key), sums);
    add("day", dayOfKey(key), 0, sums);
  }
  for (const [key, sums] of distinct.hours) add("hour", dayOfKey(key), hourOfKey(key), sums);
  for (const [day, sums] of distinct.days) add("day", day, 0, sums);
  for (const [day, sums] of distinct.weeks) add("week", day, 0, sums);
  return [...rows.values()].filter(({ sums }) => isMoved(sums)).map(({ sums, ...key }) => ({ ...key, ...sums }));
}

/** Views by route to add, by hour and by day. */
export function routeRows(deltas: BatchDeltas): object[] {
  const rows = new Map<string, { grain: string; day: number; hour: number; route_id: number; views: number; si_views: number }>();
  for (const [key, routes] of deltas.routes) {
    for (const [routeId, views] of routes) {
      const day = dayOfKey(key);
      for (const [grain, hour] of [
        ["hour", hourOfKey(key)],
        ["day", 0],
      ] as const) {
        const rowKey = `${grain} ${day} ${hour} ${routeId}`;
        const row = rows.get(rowKey) ?? { grain, day, hour, route_id: routeId, views: 0, si_views: 0 };
        row.views += views.views;
        row.si_views += views.si_views;
        rows.set(rowKey, row);
      }
    }
  }
  return [...rows.values()].filter((row) => row.views !== 0 || row.si_views !== 0);
}
