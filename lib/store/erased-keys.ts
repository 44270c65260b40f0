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
 * The events of a batch without those of persons who were erased since they happened: they waited in a buffer or a spool. `sawAll` says that nobody
 * wrote to the site since the batch before; then only events that are old can be of somebody who was erased.
 */
export async function withoutErased(
  tx: Tx,
  siteId: number,
  events: readonly NewEvent[],
  { sawAll, now = Date.now() }: { sawAll: boolean; now?: number },
): Promise<readonly NewEvent[]> {
  if (sawAll && events.every(({ at }) => now - at.getTime() < WAITED_MS)) return events;
  const digests = new Map<NewEvent, string[]>(
    events.map((event) => [event, [digestOf("visitor", event.visitor), ...(event.user ? [digestOf("user", event.user.key)] : [])]]),
  );
  const wanted = [...new Set([...digests.values()].flat())];
  const erased = await tx.erasedKey.findMany({ where: { siteId, digest: { in: wanted } }, select: { digest: true, at: true } });
  if (erased.length === 0) return events;
  const erasedAt = new Map(erased.map(({ digest, at }) => [digest, at.getTime()]));
  return events.filter(
    (event) => !digests.get(event)?.some((digest) => event.at.getTime() <= (erasedAt.get(digest) ?? Number.NEGATIVE_INFINITY)),
  );
}
