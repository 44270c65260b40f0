import type { Db } from "../db/client";
import type { FoundPerson } from "./find-person";
import type { SiteRef } from "./read-site";
import { type Removed, removeEvents } from "./remove-events";

const PICK = `
  INSERT INTO doomed
  SELECT id, at, visitor_id, address FROM event
  WHERE site_id = $1 AND (user_id = ANY($2::BIGINT[]) OR (visitor_id = ANY($3::BIGINT[]) AND user_id IS NULL))`;

// What the nightly statistics hold of the addresses this person came from; the night's next run counts the others there anew.
const STATISTICS = ["daily_address", "daily_address_page"].map(
  (table) => `
  DELETE FROM ${table} USING (SELECT DISTINCT (at AT TIME ZONE $2)::date AS day, address FROM doomed WHERE address IS NOT NULL) AS left_by
  WHERE ${table}.site_id = $1 AND ${table}.day = left_by.day AND ${table}.address = left_by.address`,
);

/**
 * Removes what a site's log holds of one person: the events signed in as them, those of the browsers known as theirs with nobody signed in,
 * their visitors and their name. Somebody else's sign-ins on the same browser stay.
 */
export async function erasePerson(db: Db, site: SiteRef, person: FoundPerson): Promise<Removed> {
  const users = person.users.map(({ id }) => String(id));
  const visitors = person.visitors.map(({ id }) => String(id));
  return removeEvents(db, site, { statement: PICK, values: [users, visitors] }, async (connection) => {
    for (const statement of STATISTICS) await connection.query(statement, [site.id, site.timezone]);
    await connection.query("DELETE FROM known_user WHERE site_id = $1 AND id = ANY($2::BIGINT[])", [site.id, users]);
  });
}
