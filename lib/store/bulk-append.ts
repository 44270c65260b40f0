import { once } from "node:events";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { AppError } from "../app-error";
import type { NewEvent } from "../capture/event";
import { type Db, withConnection } from "../db/client";
import type { Appended } from "./append-events";
import { ensurePartitions } from "./ensure-partitions";
import type { SiteRef } from "./read-site";
import { beginBulk, commitBulk, lockSiteForBulk, readBorder, rebuildVisitors } from "./rebuild/prepare";
import { type Dimensions, resolveDimensions } from "./resolve-dimensions";
import { toStorableText } from "./storable-text";

interface BulkOptions {
  /** Called with the number of events taken in so far, then while numbers are recomputed with the phase. */
  onProgress?: (events: number, phase: "reading" | "counting") => void;
}

/**
 * Appends many events at once, of any dates, as one transaction: COPY into a staging table, then the set-based rebuild of the visitors and days they
 * touch. The order of the batches is the order of arrival; known ids are ignored. Where `batches` throws, nothing is stored. Throws AppError `invalid` for
 * an event of days that the site has forgotten. Live writers of the
 * site wait only for the second part.
 */
export async function bulkAppend(
  db: Db,
  site: SiteRef,
  batches: AsyncIterable<NewEvent[]> | Iterable<NewEvent[]>,
  options: BulkOptions = {},
): Promise<Omit<Appended, "erased">> {
  return withConnection(db, async (connection) => {
    await beginBulk(connection);
    const { staged, inOrder } = await stage(db, connection, site, batches, (events) => options.onProgress?.(events, "reading"));
    if (staged === 0) return { appended: 0, duplicates: 0 };
    options.onProgress?.(staged, "counting");
    const firstSeq = await lockSiteForBulk(connection, site.id, staged);
    await connection.query(LATEST_USERS);
    await connection.query(IDENTIFY_USERS, [site.id]);
    await connection.query(REGENDERED_MOMENTS, [site.id]);
    await connection.query(UPDATE_USERS, [site.id]);
    await connection.query(IDENTIFY_VISITORS, [site.id]);
    await connection.query("ANALYZE staging");
    await connection.query(REPEATED);
    const numbered = await connection.query(NUMBER_NEW, [site.id, firstSeq]);
    const appended = numbered.rowCount ?? 0;
    await connection.query("INSERT INTO rebuild_visitor SELECT DISTINCT $1::SMALLINT, visitor_id FROM new_event", [site.id]);
    await rebuildVisitors(connection, site, [], async () => {
      await connection.query(inOrder ? INSERT_EVENTS : `${INSERT_EVENTS} ORDER BY s.at, s.ord`, [site.id, firstSeq]);
    });
    await commitBulk(connection, site.id);
    return { appended, duplicates: staged - appended };
  });
}

async function stage(
  db: Db,
  connection: Client,
  site: SiteRef,
  batches: AsyncIterable<NewEvent[]> | Iterable<NewEvent[]>,
  onProgress: (events: number) => void,
): Promise<{ staged: number; inOrder: boolean }> {
  const border = await readBorder(connection, site);
  const copy = connection.query(copyFrom(COPY));
  let lost: Error | undefined;
  // The connection can fail at any moment, also while a batch is being made; and once more when the copy is given up.
  copy.on("error", (error) => {
    lost ??= error;
  });
  const expectAlive = () => {
    if (lost) throw lost;
  };
  let staged = 0;
  let latest = Number.NEGATIVE_INFINITY;
  let inOrder = true;
  try {
    for await (const batch of batches) {
      expectKept(batch, border);
      const events = toStorableText(batch);
      await ensurePartitions(
        db,
        events.map((event) => event.at),
      );
      const dimensions = await resolveDimensions(db, site.id, events);
      for (const { at } of events) {
        inOrder &&= at.getTime() >= latest;
        latest = at.getTime();
      }
      expectAlive();
      if (!copy.write(events.map((event) => toCopyRow(event, dimensions)).join(""))) await once(copy, "drain");
      staged += events.length;
      onProgress(staged);
    }
  } catch (error) {
    copy.destroy();
    throw error;
  }
  expectAlive();
  copy.end();
  await once(copy, "finish");
  return { staged, inOrder };
}

/** Of a day whose events were forgotten the numbers can no longer be counted anew. */
function expectKept(events: readonly NewEvent[], border: { date: string; at: Date } | null): void {
  const tooOld = border && events.find(({ at }) => at < border.at);
  if (!tooOld) return;
  throw new AppError("invalid", `${tooOld.at.toISOString()} is too early: the events of this site before ${border.date} were forgotten.`, {
    field: "at",
  });
}

const COPY = `COPY staging (id, at, kind, outcome, visitor_key, user_key, user_label, user_gender, method, route_id, path, status, duration_ms,
  time_spent_sec, title, address, country, client_id, referral_id) FROM STDIN`;

const ESCAPES: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const field = (value: string | number | null): string =>
  value === null
    ? "\\N"
    : typeof value === "number"
      ? String(value)
      : value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string);

function toCopyRow(event: NewEvent, dimensions: Dimensions): string {
  const { user } = event;
  const fields = [
    event.id,
    event.at.toISOString(),
    event.kind,
    event.outcome,
    event.visitor,
    user?.key ?? null,
    user?.label ?? null,
    user?.gender ?? null,
    event.method,
    dimensions.routeIds.get(event.route) as number,
    event.path === event.route ? null : event.path,
    event.status,
    event.durationMs,
    event.timeSpentSec,
    event.title,
    event.address,
    event.country,
    dimensions.clientId(event.client),
    dimensions.referralId(event.referral),
  ];
  return `${fields.map(field).join("\t")}\n`;
}

/** Users as their latest event names them; a gender once given is not taken back by an unknown one. */
const LATEST_USERS = `
  CREATE TEMP TABLE latest_user ON COMMIT DROP AS
  SELECT DISTINCT ON (user_key) user_key AS key, user_label AS label,
    coalesce(first_value(user_gender) OVER (PARTITION BY user_key ORDER BY user_gender = 'unknown', ord DESC), 'unknown') AS gender
  FROM staging WHERE user_key IS NOT NULL ORDER BY user_key, ord DESC`;

const IDENTIFY_USERS = `
  INSERT INTO known_user (site_id, key, label, gender) SELECT $1::SMALLINT, key, label, gender FROM latest_user
  ON CONFLICT (site_id, key) DO NOTHING`;

/** Days on which somebody counted by a gender that changes now. */
const REGENDERED_MOMENTS = `
  INSERT INTO rebuild_moment
  SELECT e.at FROM latest_user latest
  JOIN known_user u ON u.site_id = $1::SMALLINT AND u.key = latest.key AND latest.gender <> 'unknown' AND u.gender <> latest.gender
  JOIN session s ON s.site_id = $1::SMALLINT AND s.person = u.id
  JOIN event e ON e.visitor_id = s.visitor_id AND e.session_id = s.id AND e.at BETWEEN s.started_at AND s.ended_at`;

const UPDATE_USERS = `
  UPDATE known_user u SET label = latest.label, gender = CASE latest.gender WHEN 'unknown' THEN u.gender ELSE latest.gender END
  FROM latest_user latest WHERE u.site_id = $1::SMALLINT AND u.key = latest.key
    AND (u.label, u.gender) IS DISTINCT FROM (latest.label, CASE latest.gender WHEN 'unknown' THEN u.gender ELSE latest.gender END)`;

const IDENTIFY_VISITORS = `
  INSERT INTO visitor (site_id, key) SELECT DISTINCT $1::SMALLINT, visitor_key FROM staging ON CONFLICT (site_id, key) DO NOTHING`;

/** Ids that stand in the files more than once. */
const REPEATED = `
  CREATE TEMP TABLE repeated ON COMMIT DROP AS SELECT id, min(ord) AS first FROM staging GROUP BY id HAVING count(*) > 1`;

/** Gives an arrival number to each event that is new: the first of its id in the files, and not in the log. Narrow rows: the wide ones stay where they are. */
const NUMBER_NEW = `
  INSERT INTO new_event (visitor_id, at, seq, kind, user_id, converts)
  SELECT v.id, s.at, $2::BIGINT - 1 + s.ord, s.kind, u.id, s.method = 'POST' AND s.kind = 'action' AND s.outcome = 'success'
  FROM staging s
  JOIN visitor v ON v.site_id = $1::SMALLINT AND v.key = s.visitor_key
  LEFT JOIN known_user u ON u.site_id = $1::SMALLINT AND u.key = s.user_key
  WHERE NOT EXISTS (SELECT FROM repeated WHERE repeated.id = s.id AND repeated.first < s.ord)
    AND NOT EXISTS (SELECT FROM event e WHERE e.id = s.id AND e.at BETWEEN s.at - INTERVAL '1 day' AND s.at + INTERVAL '1 day')`;

/** In the order of the files; where that is not the order of time, the caller sorts, so that what happened together lies together. */
const INSERT_EVENTS = `
  INSERT INTO event (at, seq, visitor_id, session_id, user_id, id, kind, outcome, route_id, client_id, referral_id,
    duration_ms, time_spent_sec, site_id, status, method, path, title, address, country)
  SELECT s.at, r.seq, r.visitor_id, r.session_id, r.user_id, s.id, s.kind, s.outcome, s.route_id, s.client_id, s.referral_id,
    s.duration_ms, s.time_spent_sec, $1::SMALLINT, s.status, s.method, s.path, s.title, s.address, s.country
  FROM staging s JOIN rebuild_event r ON r.is_new AND r.seq = $2::BIGINT - 1 + s.ord`;
