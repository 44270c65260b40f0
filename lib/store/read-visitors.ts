import type { Db } from "../db/client";
import { Prisma } from "../db/generated/client";

/** Local dates, inclusive. */
export interface DaySpan {
  from: string;
  to: string;
}

/** Times in seconds; a mean over nothing is null. */
export interface AddressRow {
  address: string;
  accesses: number;
  /** Distinct routes. */
  pages: number;
  totalSec: number;
  avgSec: number | null;
  /** UTC instants of its first and last access. */
  firstAt: string;
  lastAt: string;
  country: string | null;
}

export const ADDRESS_SORTS = ["accesses", "pages", "total", "avg", "first", "last", "address"] as const;
export type AddressSort = (typeof ADDRESS_SORTS)[number];

export interface AddressQuery extends DaySpan {
  siteId: number;
  /** Part of an address, whatever its case. */
  search?: string | undefined;
  /** That address alone. */
  address?: string | undefined;
  sort: AddressSort;
  descending: boolean;
  limit: number;
  offset: number;
}

const ORDER: Record<AddressSort, Prisma.Sql> = {
  accesses: Prisma.sql`accesses`,
  pages: Prisma.sql`pages`,
  total: Prisma.sql`"totalSec"`,
  avg: Prisma.sql`"avgSec"`,
  first: Prisma.sql`"firstAt"`,
  last: Prisma.sql`"lastAt"`,
  address: Prisma.sql`address`,
};

type AddressRecord = Omit<AddressRow, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date; count: number };

/** One page of the addresses of those days, and how many there are in all. */
export async function readAddresses(db: Db, query: AddressQuery): Promise<{ rows: AddressRow[]; count: number }> {
  const { siteId, from, to, search = null, address = null } = query;
  const direction = query.descending ? Prisma.sql`DESC NULLS LAST` : Prisma.sql`ASC NULLS LAST`;
  const records = await db.$queryRaw<AddressRecord[]>`
    WITH by_address AS (
      SELECT address, sum(accesses)::int AS accesses, max(pages) AS pages, min(first_at) AS "firstAt", max(last_at) AS "lastAt",
             sum(total_ms)::float8 / 1000 AS "totalSec", sum(total_ms)::float8 / 1000 / nullif(sum(timed), 0) AS "avgSec",
             max(country) AS country
      FROM daily_address
      WHERE site_id = ${siteId}::smallint AND day BETWEEN ${from}::date AND ${to}::date
        AND (${search}::text IS NULL OR strpos(lower(address), lower(${search}::text)) > 0)
        AND (${address}::text IS NULL OR address = ${address}::text)
      GROUP BY address
    ),
    -- Over several days the pages of each are not to be added up: a page seen twice is one.
    by_page AS (
      SELECT address, count(DISTINCT route_id)::int AS pages FROM daily_address_page
      WHERE ${from}::date <> ${to}::date AND site_id = ${siteId}::smallint AND day BETWEEN ${from}::date AND ${to}::date
        AND (${address}::text IS NULL OR address = ${address}::text)
      GROUP BY address
    )
    SELECT by_address.address, accesses, coalesce(by_page.pages, by_address.pages) AS pages, "firstAt", "lastAt", "totalSec", "avgSec", country,
           count(*) OVER ()::int AS count
    FROM by_address LEFT JOIN by_page ON by_page.address = by_address.address
    ORDER BY ${ORDER[query.sort]} ${direction}, address
    LIMIT ${query.limit} OFFSET ${query.offset}`;
  const rows = records.map(({ count, firstAt, lastAt, ...row }) => ({
    ...row,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }));
  return { rows, count: records[0]?.count ?? 0 };
}

export interface PageRow {
  page: string;
  accesses: number;
  totalSec: number;
  avgSec: number | null;
  maxSec: number | null;
  minSec: number | null;
}

const PAGE_FIGURES = Prisma.sql`
  sum(accesses)::int AS accesses, sum(total_ms)::float8 / 1000 AS "totalSec",
  sum(total_ms)::float8 / 1000 / nullif(sum(timed), 0) AS "avgSec", max(max_ms)::float8 / 1000 AS "maxSec", min(min_ms)::float8 / 1000 AS "minSec"`;

/** The pages of those days, most accessed first. */
export function readPages(db: Db, query: DaySpan & { siteId: number; limit: number }): Promise<PageRow[]> {
  return db.$queryRaw<PageRow[]>`
    SELECT route.pattern AS page, ${PAGE_FIGURES}
    FROM daily_page JOIN route ON route.id = daily_page.route_id
    WHERE daily_page.site_id = ${query.siteId}::smallint AND day BETWEEN ${query.from}::date AND ${query.to}::date
    GROUP BY route.pattern ORDER BY accesses DESC, page LIMIT ${query.limit}`;
}

/** The pages that one address has seen on those days, most accessed first. */
export function readAddressPages(db: Db, query: DaySpan & { siteId: number; address: string; limit: number }): Promise<PageRow[]> {
  return db.$queryRaw<PageRow[]>`
    SELECT route.pattern AS page, ${PAGE_FIGURES}
    FROM daily_address_page AS statistic JOIN route ON route.id = statistic.route_id
    WHERE statistic.site_id = ${query.siteId}::smallint AND day BETWEEN ${query.from}::date AND ${query.to}::date
      AND address = ${query.address}
    GROUP BY route.pattern ORDER BY accesses DESC, page LIMIT ${query.limit}`;
}

/** The days of those on which an address accessed something, with how often. */
export function readAddressDays(
  db: Db,
  query: DaySpan & { siteId: number; address: string },
): Promise<{ date: string; accesses: number }[]> {
  return db.$queryRaw<{ date: string; accesses: number }[]>`
    SELECT day::text AS date, accesses FROM daily_address
    WHERE site_id = ${query.siteId}::smallint AND day BETWEEN ${query.from}::date AND ${query.to}::date AND address = ${query.address}
    ORDER BY day`;
}

/** Page views of a local day's hour (counted from the day's start). */
export interface HourCell {
  date: string;
  hour: number;
  views: number;
}

/** The page views of each hour of those days. */
export function readHourViews(db: Db, query: DaySpan & { siteId: number }): Promise<HourCell[]> {
  return db.$queryRaw<HourCell[]>`
    SELECT day::text AS date, hour::int AS hour, sum(views)::int AS views
    FROM rollup_route
    WHERE site_id = ${query.siteId}::smallint AND grain = 'hour' AND day BETWEEN ${query.from}::date AND ${query.to}::date
    GROUP BY day, hour ORDER BY day, hour`;
}

/** The last local date that has statistics, or null. */
export async function readLastStatisticsDate(db: Db, siteId: number): Promise<string | null> {
  const [row] = await db.$queryRaw<{ date: string | null }[]>`
    SELECT max(day)::text AS date FROM daily_page WHERE site_id = ${siteId}::smallint`;
  return row?.date ?? null;
}
