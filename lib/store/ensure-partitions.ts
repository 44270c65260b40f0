import type { Db } from "../db/client";

const ensured = new WeakMap<Db, Set<number>>();

/** Makes the monthly partitions that events of these instants go to; asks the database once a month and process. */
export async function ensurePartitions(db: Db, instants: readonly Date[]): Promise<void> {
  const known = ensured.get(db) ?? new Set<number>();
  ensured.set(db, known);
  const missing = new Map<number, Date>();
  for (const instant of instants) {
    const month = instant.getUTCFullYear() * 12 + instant.getUTCMonth();
    if (!known.has(month)) missing.set(month, instant);
  }
  for (const [month, instant] of missing) {
    await db.$queryRaw`SELECT ensure_event_partition(${instant}::timestamptz)::text`;
    known.add(month);
  }
}
