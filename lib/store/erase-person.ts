import type { Client } from "pg";
import { AppError } from "../app-error";
import { type Db, withConnection } from "../db/client";
import { recordAuditWithin } from "./audit";
import { noteErased } from "./erased-keys";
import type { FoundPerson } from "./find-person";
import type { SiteRef } from "./read-site";
import { type Removed, removeEvents } from "./remove-events";

// Besides the events: known by a login that was forgotten, which must not be remembered of who is erased.
const PICK = `
  WITH unknown AS (
    UPDATE visitor SET known_user_id = NULL, known_at = NULL, known_seq = NULL WHERE site_id = $1 AND known_user_id = ANY($2::BIGINT[]))
  INSERT INTO doomed
  SELECT id, at, visitor_id, address, client_id FROM event
  WHERE site_id = $1 AND (user_id = ANY($2::BIGINT[]) OR (visitor_id = ANY($3::BIGINT[]) AND user_id IS NULL))`;

const DAYS = `
  SELECT DISTINCT (at AT TIME ZONE $4)::date::text AS day FROM event
  WHERE site_id = $1 AND (user_id = ANY($2::BIGINT[]) OR (visitor_id = ANY($3::BIGINT[]) AND user_id IS NULL)) ORDER BY 1`;

// What the nightly statistics hold of the addresses this person came from; a new run of the day counts the others there anew.
const STATISTICS = ["daily_address", "daily_address_page"].map(
  (table) => `
  DELETE FROM ${table} USING (SELECT DISTINCT (at AT TIME ZONE $2)::date AS day, address FROM doomed WHERE address IS NOT NULL) AS left_by
  WHERE ${table}.site_id = $1 AND ${table}.day = left_by.day AND ${table}.address = left_by.address`,
);

// Requests that were left out have no visitor: the same browser at the same address on the same day is taken for the same person.
const EXCLUDED = `
  DELETE FROM excluded_event x
  USING (
    SELECT DISTINCT (at AT TIME ZONE $2)::date AS day, address, client.user_agent
    FROM doomed JOIN client ON client.id = doomed.client_id WHERE address IS NOT NULL) AS left_by
  WHERE x.site_id = $1 AND x.address = left_by.address AND x.user_agent = left_by.user_agent AND (x.at AT TIME ZONE $2)::date = left_by.day`;

// The same browser's request may stand as the example of what was only counted.
const EXAMPLES = `
  UPDATE capture_count c SET example = NULL
  FROM (SELECT DISTINCT (at AT TIME ZONE $2)::date AS day, client.user_agent FROM doomed JOIN client ON client.id = doomed.client_id) AS left_by
  WHERE c.site_id = $1 AND c.day = left_by.day AND c.example ->> 'userAgent' = left_by.user_agent`;

const BROWSERS = `
  SELECT DISTINCT doomed.address, client.user_agent AS "userAgent" FROM doomed JOIN client ON client.id = doomed.client_id
  WHERE doomed.address IS NOT NULL AND client.user_agent IS NOT NULL AND doomed.at > CURRENT_TIMESTAMP - interval '1 day'`;

const VISITORS = `
  DELETE FROM visitor v WHERE v.site_id = $1 AND v.id = ANY($2::BIGINT[]) AND NOT EXISTS (SELECT FROM event e WHERE e.site_id = $1 AND e.visitor_id = v.id)`;
const DELETE_MARKS = `
  DELETE FROM own_traffic
  WHERE site_id = $1 AND ((kind = 'user' AND key = ANY($2::TEXT[])) OR (kind = 'visitor' AND key = ANY($3::TEXT[])))`;

const idsOf = (person: FoundPerson) => ({
  users: person.users.map(({ id }) => String(id)),
  visitors: person.visitors.map(({ id }) => String(id)),
});

/** The site's local days that a person's events lie on, ISO dates in order. */
export function readPersonDays(db: Db, site: SiteRef, person: FoundPerson): Promise<string[]> {
  const { users, visitors } = idsOf(person);
  return withConnection(db, async (connection) => {
    const { rows } = await connection.query<{ day: string }>(DAYS, [site.id, users, visitors, site.timezone]);
    return rows.map(({ day }) => day);
  });
}

/**
 * Removes what a site's log holds of one person: the events signed in as them, those of the browsers known as theirs with nobody signed in,
 * requests of theirs that were left out, their visitors, their name and their account; notes that what still waits to be stored of them is not to be,
 * and writes down that `actor` did it. All in one transaction: after a failure everything is there, and the person is found again. Somebody
 * else's sign-ins on the same browser stay. Throws AppError `conflict` for an account that may see the dashboard.
 */
export async function erasePerson(db: Db, site: SiteRef, person: FoundPerson, actor: string): Promise<Removed> {
  const { users, visitors } = idsOf(person);
  return removeEvents(db, site, { statement: PICK, values: [users, visitors] }, async (connection, { events, days }) => {
    for (const statement of [...STATISTICS, EXCLUDED, EXAMPLES]) await connection.query(statement, [site.id, site.timezone]);
    await connection.query(VISITORS, [site.id, visitors]);
    await connection.query("DELETE FROM known_user WHERE site_id = $1 AND id = ANY($2::BIGINT[])", [site.id, users]);
    const account = person.account ? [person.account.id] : [];
    const { rows: browsers } = await connection.query<{ address: string; userAgent: string }>(BROWSERS);
    const keys = {
      browsers,
      visitors: person.visitors.map(({ key }) => key),
      users: [...new Set([...person.users.map(({ key }) => key), ...account])],
    };
    await connection.query(DELETE_MARKS, [site.id, keys.users, keys.visitors]);
    await noteErased(connection, site.id, keys);
    if (person.account) await deleteAccount(connection, person.account.id);
    await recordAuditWithin(connection, { actor, action: "person.erase", siteId: site.id, details: { events, days: days.length } });
  });
}

async function deleteAccount(connection: Client, id: string): Promise<void> {
  const { rows } = await connection.query<{ role: string }>("SELECT role FROM account WHERE id = $1 FOR UPDATE", [id]);
  if (rows[0] && rows[0].role !== "member") refuseErasure();
  await connection.query("DELETE FROM account WHERE id = $1", [id]);
}

/** Says that somebody who may see the dashboard can't be erased. */
export function refuseErasure(): never {
  throw new AppError("conflict", "person: this account may see the dashboard; it cannot be erased while it does.", { field: "person" });
}
