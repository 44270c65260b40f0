import type { Client } from "pg";
import { type Db, withConnection } from "../db/client";
import { localDay } from "../metrics/calendar";
import { dropMonths, findOldMonths, type OldMonth } from "./drop-old-months";
import type { SiteRef } from "./read-site";
import { lockSiteForBulk } from "./rebuild/prepare";

export interface ForgottenEvents {
  events: number;
  /** Months whose partition was dropped whole. */
  months: number;
}

const SET_BORDER = "UPDATE site SET events_from = greatest(coalesce(events_from, $2::date), $2::date) WHERE id = $1";

const DELETE_SESSIONS = "DELETE FROM session WHERE site_id = $1 AND started_at < $2 AND ended_at < $2";

const DELETE_EVENTS = `
  DELETE FROM event e
  WHERE e.site_id = $1 AND e.at >= $2 AND e.at < $3
    AND NOT EXISTS (SELECT FROM session s WHERE s.site_id = $1 AND s.id = e.session_id)`;

const EVENTS_LEFT = `
  SELECT FROM event e
  WHERE e.site_id = $1 AND e.at < $2 AND NOT EXISTS (SELECT FROM session s WHERE s.site_id = $1 AND s.id = e.session_id) LIMIT 1`;

const BESIDE_EVENTS = ["page_vital", "excluded_event"].map((table) => `DELETE FROM ${table} WHERE site_id = $1 AND at < $2`);
const BY_ADDRESS = ["daily_address", "daily_address_page"].map((table) => `DELETE FROM ${table} WHERE site_id = $1 AND day < $2::date`);
const EXAMPLES = "UPDATE capture_count SET example = NULL WHERE site_id = $1 AND day < $2::date AND example IS NOT NULL";

const EARLIEST = "SELECT min(at) AS at FROM event WHERE site_id = $1";

const DAY_MS = 86_400_000;
const EVER = new Date("0001-01-01T00:00:00Z");

/**
 * Forgets a site's visits before a local day: their events and sessions, the statistics by address, what was left out. A visit over that midnight is
 * kept whole, until a later day. The numbers stay as they are: from now on they say what no event says any more, and `site.events_from` tells who
 * recomputes or compares them to begin there. A month that is over for every site goes as a whole, after the visits it held; where it can't, its
 * rows go one by one. The border moves month by month, so that no writer waits for years of them; doing it again goes on with what a failure left.
 */
export async function forgetEventsBefore(db: Db, site: SiteRef, day: string): Promise<ForgottenEvents> {
  return withConnection(db, async (connection) => {
    const { rows } = await connection.query<{ at: Date | null }>(EARLIEST, [site.id]);
    const forgotten = { events: 0, months: 0 };
    let busy = false;
    for (const border of bordersTo(day, rows[0]?.at ?? null)) {
      // Once the table was busy the rows go one by one: every further wait for it would hold up whoever writes.
      const { events, months, stayed } = await moveBorder(connection, site, border, !busy);
      busy ||= stayed;
      forgotten.events += events;
      forgotten.months += months;
    }
    return forgotten;
  });
}

/** The second of each month since an instant, when the month before is over in every zone; and the day itself. */
function bordersTo(day: string, since: Date | null): string[] {
  if (since === null) return [day];
  const borders: string[] = [];
  for (let month = since.getUTCMonth() + 1; ; month += 1) {
    const border = new Date(Date.UTC(since.getUTCFullYear(), month, 2)).toISOString().slice(0, 10);
    if (border >= day) return [...borders, day];
    borders.push(border);
  }
}

async function moveBorder(
  connection: Client,
  site: SiteRef,
  day: string,
  mayDrop: boolean,
): Promise<ForgottenEvents & { stayed: boolean }> {
  const at = new Date(localDay(site.timezone, day).from);
  const { events, oldMonths } = await inBulk(connection, site, async () => {
    await connection.query(SET_BORDER, [site.id, day]);
    await connection.query(DELETE_SESSIONS, [site.id, at]);
    const oldMonths = mayDrop ? await findOldMonths(connection) : [];
    // The day before the border goes at once, in whatever month: what comes late just after the border must find no event to go on from.
    const from = oldMonths.length === 0 ? EVER : new Date(Math.min(at.getTime() - DAY_MS, latestEnd(oldMonths)));
    const { rowCount } = await connection.query(DELETE_EVENTS, [site.id, from, at]);
    for (const statement of BESIDE_EVENTS) await connection.query(statement, [site.id, at]);
    for (const statement of [...BY_ADDRESS, EXAMPLES]) await connection.query(statement, [site.id, day]);
    return { events: rowCount ?? 0, oldMonths };
  });
  if (oldMonths.length === 0) return { events, months: 0, stayed: false };
  const dropped = await dropMonths(connection, oldMonths);
  const left = (await connection.query(EVENTS_LEFT, [site.id, at])).rowCount ? await deleteLeft(connection, site, at) : 0;
  return { events: events + dropped.events + left, months: dropped.months, stayed: dropped.months === 0 };
}

const latestEnd = (months: readonly OldMonth[]): number => Math.max(...months.map(({ ends }) => ends.getTime()));

const deleteLeft = (connection: Client, site: SiteRef, at: Date): Promise<number> =>
  inBulk(connection, site, async () => (await connection.query(DELETE_EVENTS, [site.id, EVER, at])).rowCount ?? 0);

/** Whether forgetting the visits before a day was begun and not finished. */
export async function hasForgottenEvents(db: Db, site: SiteRef, day: string): Promise<boolean> {
  const at = new Date(localDay(site.timezone, day).from);
  return withConnection(db, async (connection) => Boolean((await connection.query(EVENTS_LEFT, [site.id, at])).rowCount));
}

const TABLES = ["rollup", "rollup_route", "daily_page", "capture_count", "response_hour"];
const NUMBERS = TABLES.map((table) => `DELETE FROM ${table} WHERE site_id = $1 AND day < $2::date`);
const NUMBERS_LEFT = TABLES.map((table) => `EXISTS (SELECT FROM ${table} WHERE site_id = $1 AND day < $2::date)`).join(" OR ");

// The weeks that are still counted anew look back over six days.
const PERSON_HOURS = "site.id = $1 AND p.site_id = $1 AND p.day < least($2::date, site.events_from - 6)";
const DELETE_PERSON_HOURS = `DELETE FROM person_hour p USING site WHERE ${PERSON_HOURS}`;
const ANYTHING_LEFT = `SELECT WHERE ${NUMBERS_LEFT} OR EXISTS (SELECT FROM person_hour p, site WHERE ${PERSON_HOURS})`;

const DELETE_VISITORS = `
  DELETE FROM visitor v
  WHERE v.site_id = $1 AND NOT EXISTS (SELECT FROM event e WHERE e.site_id = $1 AND e.visitor_id = v.id)
    AND NOT EXISTS (SELECT FROM person_hour p WHERE p.site_id = $1 AND p.person IN (-v.id, v.known_user_id))`;

const DELETE_USERS = `
  DELETE FROM known_user u
  WHERE u.site_id = $1 AND NOT EXISTS (SELECT FROM visitor v WHERE v.site_id = $1 AND v.known_user_id = u.id)
    AND NOT EXISTS (SELECT FROM session s WHERE s.site_id = $1 AND s.user_id = u.id)
    AND NOT EXISTS (SELECT FROM event e WHERE e.site_id = $1 AND e.user_id = u.id)
    AND NOT EXISTS (SELECT FROM person_hour p WHERE p.site_id = $1 AND p.person = u.id)`;

/** Forgets a site's numbers before a local day, and whoever was counted in none that is kept. Never of a day whose events are kept. Returns how many. */
export async function forgetNumbersBefore(db: Db, site: SiteRef, day: string): Promise<number> {
  return withConnection(db, async (connection) => {
    // Asked outside the lock: most rounds have nothing to forget, and must neither hold up writers nor make them read everything again.
    if (!(await connection.query(ANYTHING_LEFT, [site.id, day])).rowCount) return 0;
    return inBulk(connection, site, async () => {
      let forgotten = 0;
      for (const statement of NUMBERS) forgotten += (await connection.query(statement, [site.id, day])).rowCount ?? 0;
      await connection.query(DELETE_PERSON_HOURS, [site.id, day]);
      await connection.query(DELETE_VISITORS, [site.id]);
      await connection.query(DELETE_USERS, [site.id]);
      return forgotten;
    });
  });
}

/** One transaction under the site's lock; its moved counter tells every process that what it remembers of the site is old. */
async function inBulk<Result>(connection: Client, site: SiteRef, run: () => Promise<Result>): Promise<Result> {
  await connection.query("BEGIN");
  await lockSiteForBulk(connection, site.id, 1);
  const result = await run();
  await connection.query("SELECT pg_notify('footfall', $1)", [String(site.id)]);
  await connection.query("COMMIT");
  return result;
}
