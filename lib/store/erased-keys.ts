import { createHash } from "node:crypto";
import type { Client, PoolClient } from "pg";
import type { NewEvent } from "../capture/event";

/** Keys are random or nobody's guess: a digest of one tells nobody who it was. */
const digestOf = (kind: "visitor" | "user", key: string): string => createHash("sha256").update(`${kind}:${key}`).digest("base64url");

const INSERT = `
  INSERT INTO erased_key (site_id, digest) SELECT $1::SMALLINT, unnest($2::TEXT[])
  ON CONFLICT (site_id, digest) DO UPDATE SET at = CURRENT_TIMESTAMP`;

/** Notes who is erased at this moment. */
export async function noteErased(connection: Client, siteId: number, keys: { visitors: string[]; users: string[] }): Promise<void> {
  const digests = [...keys.visitors.map((key) => digestOf("visitor", key)), ...keys.users.map((key) => digestOf("user", key))];
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
