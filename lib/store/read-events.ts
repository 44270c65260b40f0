import type { EventKind } from "../capture/event";
import type { Db, Tx } from "../db/client";
import { Prisma } from "../db/generated/client";

/** An event as people read it. */
export interface FeedEvent {
  id: string;
  /** UTC instant. */
  at: string;
  kind: EventKind;
  method: string;
  /** The pattern, and what was asked. */
  route: string;
  path: string;
  outcome: "success" | "error";
  status: number | null;
  durationMs: number | null;
  /** The user behind it, else the visitor by number. */
  person: string;
  /** Two letters. */
  country: string | null;
  browser: string | null;
}

type Row = Omit<FeedEvent, "at"> & { at: Date; seq: string };

/** The columns of a FeedEvent, and its place in the order of events. */
export const FEED_COLUMNS = Prisma.sql`
  e.id::text AS id, e.at, e.seq::text AS seq, e.kind::text AS kind, e.method, route.pattern AS route, coalesce(e.path, route.pattern) AS path,
  e.outcome::text AS outcome, e.status::integer AS status, e.duration_ms AS "durationMs", e.country, client.browser,
  coalesce(known_user.label, 'Visitor ' || e.visitor_id) AS person`;

/** What those columns are read from; `e` is the event, `s` its session. */
export const FEED_TABLES = Prisma.sql`
  event e
  JOIN route ON route.id = e.route_id
  LEFT JOIN session s ON s.site_id = e.site_id AND s.id = e.session_id
  LEFT JOIN known_user ON known_user.id = coalesce(e.user_id, s.person)
  LEFT JOIN client ON client.id = e.client_id`;

export const toFeedEvent = ({ seq: _, at, ...row }: Row): FeedEvent => ({ ...row, at: at.toISOString() });
export type FeedRow = Row;

/** What visitors did last on a site, newest first; heartbeats of open pages are not among it. */
export async function readLatestEvents(db: Db | Tx, siteId: number, limit: number): Promise<FeedEvent[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${FEED_COLUMNS}
    FROM ${FEED_TABLES}
    WHERE e.site_id = ${siteId}::smallint AND e.kind <> 'ping'
    ORDER BY e.at DESC, e.seq DESC
    LIMIT ${limit}`;
  return rows.map(toFeedEvent);
}
