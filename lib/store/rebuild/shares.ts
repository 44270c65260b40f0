import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { SiteRef } from "../read-site";
import { cutSessions, MANY_EVENTS, makeCutTables, type Share, storeCut } from "./cut-sessions";
import { type Border, listDays, readDays } from "./days";
import { countEvents, makeCounts, storeDays, sumPeople } from "./sum-days";
import type { Summing } from "./sum-weeks";

/** A history is cut and counted on so many connections at once: Postgres works on each with one processor. */
export const SHARES = 2;

/*
 * The visitors of a site are dealt out in shares, and each is read, cut and counted on a connection of its own, in temporary tables. These connections
 * change nothing that is kept: what they found goes to the first one, which holds the site's lock and stores all of it in its one transaction.
 */

const VISITORS_OF_SHARE =
  "INSERT INTO rebuild_visitor SELECT site_id, id FROM visitor WHERE site_id = $1::SMALLINT AND id % $2::INTEGER = $3::INTEGER";

const LOCK_TO_STORE = "LOCK TABLE event, visitor, person_hour, known_user IN ROW EXCLUSIVE MODE";
const LOCK_TO_READ = "LOCK TABLE event, visitor, person_hour, known_user IN ACCESS SHARE MODE";
const PATIENCE = "SET LOCAL lock_timeout = '5s'";

/**
 * Every connection takes its locks at the beginning, one right after the other: who wants one of these tables for himself meanwhile, as the end of a month
 * does, then waits for all of them. Between two of them he would wait for the one and hold up the other for ever, which no database sees; so shares do
 * not wait for long.
 */
async function lockTables(connection: Client, shares: readonly Client[]): Promise<void> {
  await allOf(shares.map((share) => share.query(PATIENCE)));
  await connection.query(LOCK_TO_STORE);
  await allOf(shares.map((share) => share.query(LOCK_TO_READ)));
}

async function cutShare(connection: Client, site: SiteRef, share: Share, border: Border | null): Promise<number> {
  // Of those whose events are all there, the events say whom they are known as.
  if (border) await connection.query(VISITORS_OF_SHARE, [site.id, share.of, share.number]);
  await makeCutTables(connection);
  return cutSessions(connection, site.id, { eventsFrom: border?.at ?? null, whose: share });
}

async function countShare(connection: Client, site: SiteRef, summing: Summing): Promise<void> {
  await makeCounts(connection);
  await countEvents(connection, site.id, "cut");
  await sumPeople(connection, site.id, summing);
}

/** Copies what a query of one connection gives to a table of another, where the columns have the same types. */
async function handOver(source: Client, query: string, target: Client, table: string): Promise<void> {
  await pipeline(
    source.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`)),
    target.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT binary)`)),
  );
}

const CUT_TABLES = ["rebuild_known", "rebuild_session", "rebuild_moved"];
const SUM_TABLES = ["rebuild_people", "rebuild_week_people"];

/** Somebody whom two visitors are known as can be in two shares, and is counted where both come together; so can a route. Of others there is one row an hour already. */
const SUM_SHARED = `
  INSERT INTO rebuild_count
  SELECT day, hour, person, NULL, sum(interactions), sum(si_interactions), sum(logins), sum(registers), sum(views), sum(si_views)
  FROM rebuild_shared_count GROUP BY day, hour, person`;

/** Waits for all of them, also where one fails: nothing goes on behind the back of somebody who was told of it. */
async function allOf<Result>(under: readonly Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(under);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

export interface Whole {
  border: Border | null;
  /** Takes away what was stored of the site, and names everybody in `rebuild_visitor`. */
  clear: () => Promise<void>;
}

/**
 * Recomputes all of a site from its events. On each of these connections a bulk transaction has begun: the first holds the site's lock and stores
 * everything, the others commit nothing but the end of their reading.
 */
export async function rebuildInShares(
  connection: Client,
  shares: readonly Client[],
  site: SiteRef,
  { border, clear }: Whole,
): Promise<void> {
  await lockTables(connection, shares);
  const storedBefore = border?.date ?? "-infinity";
  const shareOf = (number: number): Share => ({ number, of: shares.length });
  const cutting = shares.map((share, number) => cutShare(share, site, shareOf(number), border));
  const cut = await allOf([clear().then(() => 0), ...cutting]);
  const many = cut.reduce((sum, events) => sum + events, 0) >= MANY_EVENTS;
  const there = await allOf(shares.map((share) => readDays(share, site.timezone, "cut")));
  const all = new Set(there.flatMap((each) => [...each]));
  // Weeks that begin before the border and end after it count who came before it, whether or not anybody came since.
  if (border) all.add(border.day);
  await allOf([connection, ...shares].map((each) => listDays(each, site.timezone, all, border)));
  await makeCutTables(connection);
  for (const share of shares) for (const table of CUT_TABLES) await handOver(share, `SELECT * FROM ${table}`, connection, table);
  const store = async () => {
    await storeCut(connection, site.id, { many });
    if (many) await connection.query("ANALYZE session");
  };
  await allOf([store(), ...shares.map((share, number) => countShare(share, site, { whom: shareOf(number), storedBefore }))]);
  await makeCounts(connection);
  await connection.query("CREATE TEMP TABLE rebuild_shared_count (LIKE rebuild_count) ON COMMIT DROP");
  for (const share of shares) {
    await handOver(share, "SELECT * FROM rebuild_count WHERE person IS NULL OR person < 0", connection, "rebuild_count");
    await handOver(share, "SELECT * FROM rebuild_count WHERE person > 0", connection, "rebuild_shared_count");
    for (const table of SUM_TABLES) await handOver(share, `SELECT * FROM ${table}`, connection, table);
    await share.query("COMMIT");
  }
  await connection.query(SUM_SHARED);
  await connection.query("ANALYZE rebuild_count");
  await sumPeople(connection, site.id, { whom: "users", storedBefore });
  await storeDays(connection, site.id, { many });
}
