import type { Db } from "../db/client";

/** What is known to be there; `latest` is the month asked for last, as UTC milliseconds, half-open: most events are of the same. */
interface Ensured {
  months: Set<number>;
  latest: { from: number; to: number };
}

const ensured = new WeakMap<Db, Ensured>();

/** Makes the monthly partitions that events of these instants go to; asks the database once a month and process. */
export async function ensurePartitions(db: Db, instants: readonly Date[]): Promise<void> {
  const known = ensured.get(db) ?? { months: new Set<number>(), latest: { from: 0, to: 0 } };
  ensured.set(db, known);
  const missing = new Map<number, Date>();
  for (const instant of instants) {
    const ms = instant.getTime();
    if (ms >= known.latest.from && ms < known.latest.to) continue;
    const [year, month] = [instant.getUTCFullYear(), instant.getUTCMonth()];
    const number = year * 12 + month;
    if (known.months.has(number)) known.latest = { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
    else missing.set(number, instant);
  }
  for (const [month, instant] of missing) {
    await db.$queryRaw`SELECT ensure_event_partition(${instant}::timestamptz)::text`;
    known.months.add(month);
  }
}
