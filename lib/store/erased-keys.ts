import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { NewEvent } from "../capture/event";
import type { Tx } from "../db/client";

/** An event that is younger cannot have waited for longer than the batch before. */
const WAITED_MS = 60_000;

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

/**
 * The events of a batch without those of persons who were erased since they happened: they waited in a buffer or a spool. A browser that is still
 * signed in as somebody erased goes on as nobody: its events lose their user, whatever their time. `knownUsers` are the users remembered from the
 * batch before, null unless nobody wrote to the site since: none of them is erased, and only events that are old can be of an erased visitor.
 */
export async function withoutErased(
  tx: Tx,
  siteId: number,
  events: readonly NewEvent[],
  { knownUsers, now = Date.now() }: { knownUsers: ReadonlyMap<string, unknown> | null; now?: number },
): Promise<readonly NewEvent[]> {
  if (knownUsers && events.every(({ at, user }) => now - at.getTime() < WAITED_MS && (!user || knownUsers.has(user.key)))) return events;
  const digested = events.map((event) => ({
    event,
    visitor: digestOf("visitor", event.visitor),
    user: event.user && digestOf("user", event.user.key),
  }));
  const wanted = [...new Set(digested.flatMap(({ visitor, user }) => (user ? [visitor, user] : [visitor])))];
  const erased = await tx.erasedKey.findMany({ where: { siteId, digest: { in: wanted } }, select: { digest: true, at: true } });
  if (erased.length === 0) return events;
  const erasedAt = new Map(erased.map(({ digest, at }) => [digest, at.getTime()]));
  return digested.flatMap(({ event, visitor, user }) => {
    const waited = (digest: string | null) => digest !== null && event.at.getTime() <= (erasedAt.get(digest) ?? Number.NEGATIVE_INFINITY);
    if (waited(visitor) || waited(user)) return [];
    return user !== null && erasedAt.has(user) ? [{ ...event, user: null }] : [event];
  });
}
