import { createHash } from "node:crypto";
import type { Client, PoolClient } from "pg";
import type { NewEvent } from "../capture/event";
import type { Db } from "../db/client";

/** Keys of browsers and accounts are random, so that a digest tells nobody who it was; those of imported people (a name, an address) can be tried out. */
const digestOf = (kind: "visitor" | "user" | "browser", key: string): string =>
  createHash("sha256").update(`${kind}:${key}`).digest("base64url");

/**
 * SQL: those of `keys` (a source of rows with a column `key`) who were erased from the site `$1`, with when: `key, at`. The digest is `digestOf`'s.
 */
export const ERASED_AMONG = (kind: "visitor" | "user", keys: string): string => `
  SELECT key, erased_key.at FROM ${keys}
  JOIN erased_key ON erased_key.site_id = $1::SMALLINT
    AND erased_key.digest = rtrim(translate(encode(sha256(convert_to('${kind}:' || key, 'UTF8')), 'base64'), '+/', '-_'), '=')`;

const INSERT = `
  INSERT INTO erased_key (site_id, digest, at) SELECT $1::SMALLINT, unnest($2::TEXT[]), clock_timestamp()
  ON CONFLICT (site_id, digest) DO UPDATE SET at = EXCLUDED.at`;

/**
 * A browser at an address, which is all that a request that was left out has. Both can be guessed, so this digest is kept for a day only: such requests
 * wait for a second, or as long as a server cannot reach the database.
 */
const browserDigest = (address: string, userAgent: string): string => `b:${digestOf("browser", `${address} ${userAgent}`)}`;
const FORGET_BROWSERS = "DELETE FROM erased_key WHERE digest LIKE 'b:%' AND at < CURRENT_TIMESTAMP - interval '1 day'";

/** Whose events are erased: keys of visitors and of users, and the browsers they came with in the last day. */
export interface ErasedKeys {
  visitors: string[];
  users: string[];
  browsers: { address: string; userAgent: string }[];
}

/** Notes who is erased at this moment, under the site's lock: the transaction may have begun long before, and waited for it. */
export async function noteErased(connection: Client, siteId: number, { visitors, users, browsers }: ErasedKeys): Promise<void> {
  const digests = [
    ...visitors.map((key) => digestOf("visitor", key)),
    ...users.map((key) => digestOf("user", key)),
    ...browsers.map(({ address, userAgent }) => browserDigest(address, userAgent)),
  ];
  await connection.query(FORGET_BROWSERS);
  await connection.query(INSERT, [siteId, digests]);
}

const FIND = "SELECT digest, at FROM erased_key WHERE site_id = $1::SMALLINT AND digest = ANY ($2::TEXT[])";

/**
 * The events of a batch without those of persons who were erased since they happened: they waited in a buffer or a spool. A browser that is still
 * signed in as somebody erased goes on as nobody: its events lose their user, whatever their time. `erasedAt` is when somebody was last erased
 * from the site; `knownUsers` are the users remembered from the batch before, null unless nobody wrote to the site since: none of them is erased.
 */
export async function withoutErased(
  tx: PoolClient,
  siteId: number,
  events: readonly NewEvent[],
  { erasedAt, knownUsers }: { erasedAt: Date | null; knownUsers: ReadonlyMap<string, unknown> | null },
): Promise<readonly NewEvent[]> {
  if (erasedAt === null) return events;
  const isPlain = ({ at, user }: NewEvent) => at.getTime() > erasedAt.getTime() && (!user || knownUsers?.has(user.key));
  if (events.every(isPlain)) return events;
  const digested = events.map((event) => ({
    event,
    visitor: digestOf("visitor", event.visitor),
    user: event.user && digestOf("user", event.user.key),
  }));
  const wanted = [...new Set(digested.flatMap(({ visitor, user }) => (user ? [visitor, user] : [visitor])))];
  const { rows: erased } = await tx.query<{ digest: string; at: Date }>(FIND, [siteId, wanted]);
  if (erased.length === 0) return events;
  const erasedAtOf = new Map(erased.map(({ digest, at }) => [digest, at.getTime()]));
  return digested.flatMap(({ event, visitor, user }) => {
    const waited = (digest: string | null) => digest !== null && event.at.getTime() <= (erasedAtOf.get(digest) ?? Number.NEGATIVE_INFINITY);
    if (waited(visitor) || waited(user)) return [];
    return user !== null && erasedAtOf.has(user) ? [{ ...event, user: null }] : [event];
  });
}

/** The requests that were left out, without those of a browser whose person was erased since. */
export async function withoutErasedRequests<Row extends { at: Date; address: string | null; userAgent: string | null }>(
  db: Db,
  siteId: number,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const digests = rows.map(({ address, userAgent }) => (address && userAgent ? browserDigest(address, userAgent) : null));
  const wanted = [...new Set(digests.filter((digest) => digest !== null))];
  const erased = await db.erasedKey.findMany({ where: { siteId, digest: { in: wanted } }, select: { digest: true, at: true } });
  const erasedAt = new Map(erased.map(({ digest, at }) => [digest, at.getTime()]));
  return rows.filter(({ at }, index) => at.getTime() > (erasedAt.get(digests[index] ?? "") ?? Number.NEGATIVE_INFINITY));
}

/** Forgets what need not be known of erased persons any more. */
export async function forgetOldDigests(db: Db): Promise<void> {
  await db.$executeRawUnsafe(FORGET_BROWSERS);
}
