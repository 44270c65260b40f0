import type { Client } from "pg";
import { type Db, withConnections } from "../db/client";
import { addDays, localDay } from "../metrics/calendar";
import type { SiteRef } from "./read-site";
import { beginBulk, commitBulk, lockSiteForBulk, readBorder, rebuildVisitors } from "./rebuild/prepare";
import { rebuildInShares, SHARES } from "./rebuild/shares";
import type { DateSpan } from "./verify";

/**
 * Recomputes sessions, people and rollups from the raw events: of everybody, or of all who were there in a span of local dates (both included),
 * with everything those visitors ever did. One transaction; writers of the site wait for it.
 */
export async function rebuild(db: Db, site: SiteRef, span: DateSpan | "all"): Promise<void> {
  // Connected before anything is locked: nobody waits for a site because a connection does not come.
  await withConnections(db, span === "all" ? 1 + SHARES : 1, async (connections) => {
    const [connection, ...shares] = connections as [Client, ...Client[]];
    for (const each of connections) await beginBulk(each, connections.length);
    // Moving the counter tells every process that what it remembers of this site is old.
    await lockSiteForBulk(connection, site.id, 1);
    await (span === "all" ? rebuildAll(connection, shares, site) : rebuildSpan(connection, site, span));
    await commitBulk(connection, site.id);
  });
}

async function rebuildAll(connection: Client, shares: readonly Client[], site: SiteRef): Promise<void> {
  // Where events were forgotten the numbers of those days are all there is.
  const border = await readBorder(connection, site);
  const clear = async () => {
    await connection.query("DELETE FROM session WHERE site_id = $1", [site.id]);
    for (const statement of DELETE_NUMBERS) await connection.query(statement, [site.id, border?.date ?? "-infinity"]);
    await connection.query("INSERT INTO rebuild_visitor SELECT site_id, id FROM visitor WHERE site_id = $1", [site.id]);
    await connection.query("ANALYZE rebuild_visitor");
  };
  await rebuildInShares(connection, shares, site, { border, clear });
}

async function rebuildSpan(connection: Client, site: SiteRef, span: DateSpan): Promise<void> {
  const [from, to] = [localDay(site.timezone, span.from).from, localDay(site.timezone, span.to).to];
  await connection.query(VISITORS_OF_SPAN, [site.id, new Date(from), new Date(to)]);
  await rebuildVisitors(connection, site, { everybody: false, dates: datesOf(span) }, null);
}

const DELETE_NUMBERS = ["person_hour", "rollup", "rollup_route"].map(
  (table) => `DELETE FROM ${table} WHERE site_id = $1 AND day >= $2::date`,
);

const VISITORS_OF_SPAN = `
  INSERT INTO rebuild_visitor
  SELECT $1::SMALLINT, visitor_id FROM event WHERE site_id = $1 AND at >= $2 AND at < $3
  UNION
  SELECT $1::SMALLINT, visitor_id FROM session WHERE site_id = $1 AND ended_at >= $2 AND started_at < $3`;

function datesOf({ from, to }: DateSpan): string[] {
  const dates: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
  return dates;
}
