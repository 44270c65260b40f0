import type { Db } from "../db/client";

/** What the stored statistics of a day add up to. Times in milliseconds. */
export interface DayTotals {
  /** Accesses by route pattern. */
  views: Record<string, number>;
  byPage: { accesses: number; totalMs: number };
  byAddress: { accesses: number; totalMs: number };
  byAddressAndPage: { accesses: number; totalMs: number };
}

interface SumRow {
  table: "byPage" | "byAddress" | "byAddressAndPage";
  accesses: bigint;
  totalMs: bigint;
}

/** The sums of the three tables of daily statistics, which must be the same, and the accesses by route. */
export async function readDayTotals(db: Db, siteId: number, date: string): Promise<DayTotals> {
  const sums = await db.$queryRaw<SumRow[]>`
    SELECT 'byPage' AS "table", coalesce(sum(accesses), 0)::bigint AS accesses, coalesce(sum(total_ms), 0)::bigint AS "totalMs"
    FROM daily_page WHERE site_id = ${siteId} AND day = ${date}::date
    UNION ALL
    SELECT 'byAddress', coalesce(sum(accesses), 0)::bigint, coalesce(sum(total_ms), 0)::bigint
    FROM daily_address WHERE site_id = ${siteId} AND day = ${date}::date
    UNION ALL
    SELECT 'byAddressAndPage', coalesce(sum(accesses), 0)::bigint, coalesce(sum(total_ms), 0)::bigint
    FROM daily_address_page WHERE site_id = ${siteId} AND day = ${date}::date`;
  const views = await db.$queryRaw<{ pattern: string; accesses: number }[]>`
    SELECT pattern, accesses FROM daily_page JOIN route ON route.id = daily_page.route_id
    WHERE daily_page.site_id = ${siteId} AND day = ${date}::date`;
  const sumOf = (table: SumRow["table"]) => {
    const row = sums.find((sum) => sum.table === table);
    return { accesses: Number(row?.accesses ?? 0), totalMs: Number(row?.totalMs ?? 0) };
  };
  return {
    views: Object.fromEntries(views.map(({ pattern, accesses }) => [pattern, accesses])),
    byPage: sumOf("byPage"),
    byAddress: sumOf("byAddress"),
    byAddressAndPage: sumOf("byAddressAndPage"),
  };
}
