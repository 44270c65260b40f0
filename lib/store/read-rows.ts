import type { Gender } from "../capture/event";
import type { Db, Tx } from "../db/client";
import { Prisma } from "../db/generated/client";
import type { PeriodSpan } from "../metrics/calendar";
import { BOUNCE_MS } from "../metrics/catalogue";
import type { Narrowing, RowFilter } from "../metrics/rows-behind";
import type { Lens } from "../metrics/snapshot";
import { FEED_COLUMNS, FEED_TABLES, type FeedEvent, type FeedRow, toFeedEvent } from "./read-events";
import { cutPage, readCursor } from "./row-cursor";

/** Which rows, of which period, through which lens; `after` is the `next` of the page before. */
export interface RowsQuery extends Narrowing {
  siteId: number;
  span: PeriodSpan;
  lens: Lens;
  filter: RowFilter;
  after?: string | undefined;
  /** Rows a page. */
  size: number;
}

export interface RowPage<Row> {
  rows: Row[];
  /** Where the next page begins, or null at the end. */
  next: string | null;
}

export interface SessionRow {
  id: string;
  /** UTC instants; through the lens `signed-in` the start is the sign-in. */
  startedAt: string;
  endedAt: string;
  durationSec: number;
  person: string;
  signedIn: boolean;
  interactions: number;
  /** Seconds from the start to the first conversion. */
  convertedAfterSec: number | null;
}

export interface PersonRow {
  id: string;
  person: string;
  gender: Gender;
  /** Of the period, through the lens. */
  interactions: number;
  logins: number;
  registered: boolean;
}

const instant = (ms: number) => Prisma.sql`${new Date(ms).toISOString()}::timestamptz`;

/** The events behind a metric of events, newest first: interactions, or only views, of one route if told so. */
export async function readEventRows(db: Db | Tx, query: RowsQuery): Promise<RowPage<FeedEvent>> {
  const after = readCursor(query.after);
  const until = after
    ? Prisma.sql`e.at <= ${instant(after.key)} AND (e.at < ${instant(after.key)} OR e.seq < ${after.id}::bigint)`
    : Prisma.sql`e.at < ${instant(query.span.to)}`;
  const lens = query.lens === "all" ? Prisma.empty : Prisma.sql`AND (e.at, e.seq) >= (s.login_at, s.login_seq)`;
  const rows = await db.$queryRaw<FeedRow[]>`
    SELECT ${FEED_COLUMNS}
    FROM ${FEED_TABLES}
    WHERE e.site_id = ${query.siteId}::smallint AND e.at >= ${instant(query.span.from)} AND ${until}
      AND ${query.filter === "views" ? Prisma.sql`e.kind = 'view'` : Prisma.sql`e.kind <> 'ping'`}
      AND (${query.route ?? null}::text IS NULL OR route.pattern = ${query.route ?? null}::text)
      ${lens}
    ORDER BY e.at DESC, e.seq DESC
    LIMIT ${query.size + 1}`;
  const page = cutPage(rows, query.size, ({ at, seq }) => ({ key: at.getTime(), id: seq }));
  return { ...page, rows: page.rows.map(toFeedEvent) };
}

type SessionRecord = Omit<SessionRow, "startedAt" | "endedAt"> & { startedAt: Date; endedAt: Date };

/** The sessions that start in the period, newest first: all, those that bounced, or those that converted. */
export async function readSessionRows(db: Db | Tx, query: RowsQuery): Promise<RowPage<SessionRow>> {
  const all = query.lens === "all";
  const start = all ? Prisma.sql`s.started_at` : Prisma.sql`s.login_at`;
  const converted = all ? Prisma.sql`s.converted_at` : Prisma.sql`s.signed_in_converted_at`;
  const after = readCursor(query.after);
  const until = after
    ? Prisma.sql`${start} <= ${instant(after.key)} AND (${start} < ${instant(after.key)} OR s.id < ${after.id}::bigint)`
    : Prisma.sql`${start} < ${instant(query.span.to)}`;
  const filters: Partial<Record<RowFilter, Prisma.Sql>> = {
    bounced: Prisma.sql`AND s.ended_at - ${start} < ${BOUNCE_MS}::integer * INTERVAL '1 millisecond'`,
    converted: Prisma.sql`AND ${converted} IS NOT NULL`,
  };
  const rows = await db.$queryRaw<SessionRecord[]>`
    SELECT s.id::text AS id, ${start} AS "startedAt", s.ended_at AS "endedAt", s.login_at IS NOT NULL AS "signedIn",
      extract(epoch FROM s.ended_at - ${start})::float8 AS "durationSec",
      extract(epoch FROM ${converted} - ${start})::float8 AS "convertedAfterSec",
      ${all ? Prisma.sql`s.interactions` : Prisma.sql`s.signed_in_interactions`} AS interactions,
      coalesce(known_user.label, 'Visitor ' || s.visitor_id) AS person
    FROM session s
    LEFT JOIN known_user ON known_user.id = s.person
    WHERE s.site_id = ${query.siteId}::smallint AND ${start} >= ${instant(query.span.from)} AND ${until} ${filters[query.filter] ?? Prisma.empty}
    ORDER BY ${start} DESC, s.id DESC
    LIMIT ${query.size + 1}`;
  const page = cutPage(rows, query.size, ({ startedAt, id }) => ({ key: startedAt.getTime(), id }));
  return {
    ...page,
    rows: page.rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString(), endedAt: row.endedAt.toISOString() })),
  };
}

/** The people behind a metric of people, the busiest first: all, those who registered, or those who signed in twice or more. */
export async function readPersonRows(db: Db | Tx, query: RowsQuery): Promise<RowPage<PersonRow>> {
  const after = readCursor(query.after);
  const interactions = query.lens === "all" ? Prisma.sql`sum(p.interactions)` : Prisma.sql`sum(p.si_interactions)`;
  const filters: Partial<Record<RowFilter, Prisma.Sql>> = {
    registered: Prisma.sql`sum(p.registers) > 0`,
    repeat: Prisma.sql`sum(p.logins) >= 2`,
  };
  const rows = await db.$queryRaw<PersonRow[]>`
    WITH people AS (
      SELECT p.person, ${interactions}::integer AS interactions, sum(p.logins)::integer AS logins, sum(p.registers) > 0 AS registered
      FROM person_hour p
      WHERE p.site_id = ${query.siteId}::smallint AND p.day BETWEEN ${query.span.days[0]?.date}::date AND ${query.span.days.at(-1)?.date}::date
      GROUP BY p.person
      HAVING ${filters[query.filter] ?? Prisma.sql`${interactions} > 0`})
    SELECT people.person::text AS id, coalesce(known_user.label, 'Visitor ' || -people.person) AS person,
      coalesce(known_user.gender, 'unknown')::text AS gender, people.interactions, people.logins, people.registered
    FROM people
    LEFT JOIN known_user ON known_user.id = people.person
    WHERE (${query.gender ?? null}::text IS NULL OR coalesce(known_user.gender, 'unknown')::text = ${query.gender ?? null}::text)
      AND (${after?.id ?? null}::bigint IS NULL OR (people.interactions, people.person) < (${after?.key ?? 0}::integer, ${after?.id ?? null}::bigint))
    ORDER BY people.interactions DESC, people.person DESC
    LIMIT ${query.size + 1}`;
  return cutPage(rows, query.size, (row) => ({ key: row.interactions, id: row.id }));
}
