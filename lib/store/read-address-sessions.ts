import type { Db } from "../db/client";
import { Prisma } from "../db/generated/client";
import type { SessionRow } from "./read-rows";

type SessionRecord = Omit<SessionRow, "startedAt" | "endedAt"> & { startedAt: Date; endedAt: Date };

export interface AddressSessionsQuery {
  siteId: number;
  /** Null means the accesses of which no address is known. */
  address: string | null;
  /** The days on which it was seen (UTC milliseconds, half-open), with its accesses: of a busy day only the newest part is read. */
  days: { from: number; to: number; accesses: number }[];
  limit: number;
}

/** The sessions in which an address did something on those days: the `limit` in which it was seen last, the newest session first. */
export async function readAddressSessions(db: Db, query: AddressSessionsQuery): Promise<SessionRow[]> {
  const ids: bigint[] = [];
  for (const day of [...query.days].sort((a, b) => b.from - a.from)) {
    if (ids.length >= query.limit) break;
    ids.push(...(await findSessions(db, query, day, ids)));
  }
  const rows = await readSessions(db, query.siteId, ids);
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString(), endedAt: row.endedAt.toISOString() }));
}

/** So many accesses are looked through at first; when they do not make enough sessions, further back, four times as far each time. */
const ACCESSES_AT_FIRST = 1_000;
const FURTHER = 4;

/** The ids of a day's sessions but for those known already. Goes back from its end: of an address that a whole city shares not all is read. */
async function findSessions(
  db: Db,
  { siteId, address, limit }: AddressSessionsQuery,
  { from, to, accesses }: AddressSessionsQuery["days"][number],
  known: bigint[],
): Promise<bigint[]> {
  const isAddress = address === null ? Prisma.sql`address IS NULL` : Prisma.sql`address = ${address}`;
  const found: bigint[] = [];
  let length = Math.ceil((to - from) * Math.min(1, ACCESSES_AT_FIRST / Math.max(1, accesses)));
  for (let end = to; end > from && known.length + found.length < limit; length *= FURTHER) {
    const start = Math.max(from, end - length);
    const [since, before] = [start, end].map((instant) => new Date(instant).toISOString());
    const sessions = await db.$queryRaw<{ id: bigint }[]>`
      SELECT session_id AS id FROM event
      WHERE site_id = ${siteId}::smallint AND at >= ${since}::timestamptz AND at < ${before}::timestamptz AND ${isAddress}
        AND session_id <> ALL(${[...known, ...found]}::bigint[])
      GROUP BY session_id ORDER BY max(at) DESC, session_id DESC LIMIT ${limit - known.length - found.length}`;
    found.push(...sessions.map(({ id }) => id));
    end = start;
  }
  return found;
}

function readSessions(db: Db, siteId: number, ids: bigint[]): Promise<SessionRecord[]> {
  return db.$queryRaw<SessionRecord[]>`
    SELECT session.id::text AS id, started_at AS "startedAt", ended_at AS "endedAt", login_at IS NOT NULL AS "signedIn",
           extract(epoch FROM ended_at - started_at)::float8 AS "durationSec",
           extract(epoch FROM converted_at - started_at)::float8 AS "convertedAfterSec",
           interactions, coalesce(known_user.label, 'Visitor ' || visitor_id) AS person
    FROM session LEFT JOIN known_user ON known_user.id = session.person
    WHERE session.site_id = ${siteId}::smallint AND session.id = ANY(${ids})
    ORDER BY started_at DESC, session.id DESC`;
}
