import type { Db } from "../db/client";

/** What the database's clock says. */
export async function readClock(db: Db): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`;
  return row.now;
}
