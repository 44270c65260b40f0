import type { Db } from "../db/client";
import type { SessionRow } from "./read-rows";

type SessionRecord = Omit<SessionRow, "startedAt" | "endedAt"> & { startedAt: Date; endedAt: Date };

/**
 * The sessions in which an address accessed something between two instants (UTC milliseconds, half-open), newest first, at most `limit`.
 * A null address means those of which none is known.
 */
export async function readAddressSessions(
  db: Db,
  query: { siteId: number; address: string | null; from: number; to: number; limit: number },
): Promise<SessionRow[]> {
  const [from, to] = [query.from, query.to].map((instant) => new Date(instant).toISOString());
  const rows = await db.$queryRaw<SessionRecord[]>`
    WITH seen AS (
      SELECT DISTINCT session_id FROM event
      WHERE site_id = ${query.siteId}::smallint AND at >= ${from}::timestamptz AND at < ${to}::timestamptz
        AND address IS NOT DISTINCT FROM ${query.address}::text
    )
    SELECT session.id::text AS id, started_at AS "startedAt", ended_at AS "endedAt", login_at IS NOT NULL AS "signedIn",
           extract(epoch FROM ended_at - started_at)::float8 AS "durationSec",
           extract(epoch FROM converted_at - started_at)::float8 AS "convertedAfterSec",
           interactions, coalesce(known_user.label, 'Visitor ' || visitor_id) AS person
    FROM seen
    JOIN session ON session.site_id = ${query.siteId}::smallint AND session.id = seen.session_id
    LEFT JOIN known_user ON known_user.id = session.person
    ORDER BY started_at DESC, session.id DESC
    LIMIT ${query.limit}`;
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString(), endedAt: row.endedAt.toISOString() }));
}
