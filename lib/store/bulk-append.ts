import { type Db, withConnection } from "../db/client";
import type { Appended } from "./append-events";
import { leaveOutErased } from "./bulk/leave-out-erased";
import { type EqualIds, numberEvents } from "./bulk/number-events";
import { type Batches, stageEvents } from "./bulk/stage-events";
import type { SiteRef } from "./read-site";
import { beginBulk, commitBulk, lockSiteForBulk, rebuildVisitors } from "./rebuild/prepare";

interface BulkOptions {
  /** Called with the number of events taken in so far, then while numbers are recomputed with the phase. */
  onProgress?: (events: number, phase: "reading" | "counting") => void;
  /** What events with one id are; “one event” unless told. */
  equalIds?: EqualIds;
}

export interface BulkAppended extends Appended {
  /** Of equal rows: how many of the duplicates are in the log at another instant, as their file was read in another time zone then. */
  otherInstants: number;
}

/**
 * Appends many events at once, of any dates, as one transaction: COPY into a staging table, then the set-based rebuild of the visitors and days they
 * touch. The order of the batches is the order of arrival; known ids are ignored, and so are events of
 * persons who were erased since these happened. Where `batches` throws, nothing is stored. Throws AppError `invalid` for
 * an event of days that the site has forgotten. Live writers of the site wait only for the second part.
 */
export async function bulkAppend(
  db: Db,
  site: SiteRef,
  batches: Batches,
  { onProgress, equalIds = "one event" }: BulkOptions = {},
): Promise<BulkAppended> {
  return withConnection(db, async (connection) => {
    await beginBulk(connection);
    const { staged, inOrder, ...span } = await stageEvents(db, connection, site, batches, (events) => onProgress?.(events, "reading"));
    if (staged === 0) return { appended: 0, duplicates: 0, erased: 0, otherInstants: 0 };
    onProgress?.(staged, "counting");
    const firstSeq = await lockSiteForBulk(connection, site.id, staged);
    const erased = await leaveOutErased(connection, site.id);
    const kept = staged - erased;
    const { appended, otherInstants } = await numberEvents(connection, site.id, { firstSeq, staged: kept, ...span, equalIds });
    await connection.query("INSERT INTO rebuild_visitor SELECT DISTINCT $1::SMALLINT, visitor_id FROM new_event", [site.id]);
    const { rows } = await connection.query<{ isFirst: boolean }>(IS_FIRST, [site.id]);
    await rebuildVisitors(connection, site, { everybody: rows[0]?.isFirst ?? false, dates: [] }, async () => {
      await connection.query(inOrder ? INSERT_EVENTS : `${INSERT_EVENTS} ORDER BY s.at, s.ord`, [site.id, firstSeq]);
    });
    await commitBulk(connection, site.id);
    return { appended, duplicates: kept - appended, erased, otherInstants };
  });
}

const IS_FIRST = 'SELECT NOT EXISTS (SELECT FROM event WHERE site_id = $1) AS "isFirst"';

/** In the order of the files; where that is not the order of time, the caller sorts, so that what happened together lies together. */
const INSERT_EVENTS = `
  INSERT INTO event (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id,
    duration_ms, time_spent_sec, site_id, status, method, path, title, address, country)
  SELECT s.at, r.seq, r.visitor_id, r.session_id, r.user_id, s.id, s.kind, s.outcome, route.id, s.client_id, s.referral_id,
    s.duration_ms, s.time_spent_sec, $1::SMALLINT, s.status, s.method, s.path, s.title, s.address, s.country
  FROM staging s JOIN rebuild_event r ON r.is_new AND r.seq = $2::BIGINT - 1 + s.ord
  JOIN staged_route route ON route.number = s.route`;
