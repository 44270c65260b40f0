import type { Client } from "pg";
import { ERASED_AMONG } from "../erased-keys";

const ANYBODY = "SELECT EXISTS (SELECT FROM erased_key WHERE site_id = $1::SMALLINT) AS anybody";

/** A key is digested once, however many rows it has. */
const eachOf = (kind: "visitor" | "user") => `(SELECT DISTINCT ${kind}_key AS key FROM staging WHERE ${kind}_key IS NOT NULL) AS each`;

const LEAVE_OUT = (["visitor", "user"] as const).map(
  (kind) => `
  DELETE FROM staging s USING (${ERASED_AMONG(kind, eachOf(kind))}) AS erased
  WHERE s.${kind}_key = erased.key AND s.at <= erased.at`,
);

const GO_ON_AS_NOBODY = `
  UPDATE staging s SET user_key = NULL, user_label = NULL, user_gender = NULL
  FROM (${ERASED_AMONG("user", eachOf("user"))}) AS erased WHERE s.user_key = erased.key`;

/**
 * Takes out of `staging` the events of persons who were erased since they happened, and the user of later ones, as the live path does. Under the site's
 * lock, which an erasure holds too: one that was done while the events were read is seen here. Returns how many were taken out.
 */
export async function leaveOutErased(connection: Client, siteId: number): Promise<number> {
  const { rows } = await connection.query<{ anybody: boolean }>(ANYBODY, [siteId]);
  if (!rows[0]?.anybody) return 0;
  let erased = 0;
  for (const statement of LEAVE_OUT) erased += (await connection.query(statement, [siteId])).rowCount ?? 0;
  await connection.query(GO_ON_AS_NOBODY, [siteId]);
  return erased;
}
