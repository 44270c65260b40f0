import type { PoolClient } from "pg";
import type { EventUser, Gender, NewEvent } from "../capture/event";
import type { StoredSession } from "./batch-deltas";
import { arrayOf, column } from "./columns";
import type { VisitorState } from "./plan-visitor";
import { mergedGender } from "./site-memory";

/** A known user of the batch; its gender may just have changed. */
export interface UserState {
  id: number;
  label: string;
  genderBefore: Gender;
  genderAfter: Gender;
}

export interface BatchState {
  visitors: Map<string, VisitorState>;
  users: Map<string, UserState>;
  /** Visitors that this batch is the first of: nothing else is known of them. */
  fresh: Set<number>;
}

const KEY = column("text", (key: string) => key);

/** Finds or makes the visitors and users of a batch. Under the site's lock. */
export async function readBatchState(
  tx: PoolClient,
  siteId: number,
  events: readonly NewEvent[],
  memory: Remembered | null,
): Promise<BatchState> {
  const remembered = new Map<string, VisitorState>();
  const strangers = new Set<string>();
  for (const { visitor } of events) {
    const known = memory?.visitors.get(visitor);
    if (known) remembered.set(visitor, known);
    else strangers.add(visitor);
  }
  const unknownVisitors = [...strangers];
  const users = mergeUsers(events);
  const unknownUsers = users.filter((user) => !isRemembered(user, memory));
  const state =
    unknownVisitors.length > 0 || unknownUsers.length > 0
      ? await readVisitorsAndUsers(tx, siteId, unknownVisitors, unknownUsers)
      : { visitors: new Map<string, VisitorState>(), users: new Map<string, UserState>(), fresh: new Set<number>() };
  for (const [key, visitor] of remembered) state.visitors.set(key, visitor);
  for (const { key } of users) {
    const user = memory?.users.get(key);
    if (user && !state.users.has(key))
      state.users.set(key, { id: user.id, label: user.label, genderBefore: user.gender, genderAfter: user.gender });
  }
  return state;
}

/** What an earlier batch left behind; see site-memory.ts. */
interface Remembered {
  visitors: ReadonlyMap<string, VisitorState>;
  users: ReadonlyMap<string, EventUser & { id: number }>;
}

function isRemembered(user: EventUser, memory: Remembered | null): boolean {
  const known = memory?.users.get(user.key);
  return known !== undefined && known.label === user.label && known.gender === mergedGender(known.gender, user.gender);
}

// Each key is looked for by itself (LATERAL … OFFSET 0): joins would be planned by how many rows a site is thought to have, which nobody knows at first.
const BATCH_STATE = `
  WITH found AS (
    SELECT key.key, visitor.id, visitor.known_user_id, visitor.known_at, visitor.known_seq
    FROM unnest($2::TEXT[]) AS key (key)
    LEFT JOIN LATERAL (SELECT * FROM visitor WHERE visitor.site_id = $1::SMALLINT AND visitor.key = key.key OFFSET 0) AS visitor ON TRUE),
  fresh AS (INSERT INTO visitor (site_id, key) SELECT $1::SMALLINT, key FROM found WHERE id IS NULL RETURNING id, key),
  named AS (
    SELECT incoming.key, incoming.label, known_user.id, known_user.label AS label_before, known_user.gender AS before,
      CASE WHEN incoming.gender = 'unknown' THEN coalesce(known_user.gender, 'unknown') ELSE incoming.gender END AS after
    FROM json_to_recordset($3::JSON) AS incoming (key text, label text, gender gender)
    LEFT JOIN LATERAL (
      SELECT * FROM known_user WHERE known_user.site_id = $1::SMALLINT AND known_user.key = incoming.key OFFSET 0) AS known_user ON TRUE),
  fresh_user AS (
    INSERT INTO known_user (site_id, key, label, gender)
    SELECT $1::SMALLINT, key, label, after FROM named WHERE id IS NULL
    RETURNING id, key, label, gender),
  changed_user AS (
    UPDATE known_user SET label = named.label, gender = named.after
    FROM named WHERE known_user.id = named.id AND (named.label_before, named.before) IS DISTINCT FROM (named.label, named.after))
  SELECT json_build_object(
    'known', (SELECT json_agg(json_build_object(
        'id', found.id, 'key', found.key, 'knownUserId', found.known_user_id, 'knownAt', epoch_ms(found.known_at), 'knownSeq', found.known_seq,
        'last', CASE WHEN last.session IS NULL THEN NULL ELSE session_json(last.session) END))
      FROM found LEFT JOIN LATERAL (
        SELECT session FROM session WHERE session.visitor_id = found.id
        ORDER BY session.started_at DESC, session.last_seq DESC LIMIT 1) AS last ON TRUE
      WHERE found.id IS NOT NULL),
    'fresh', (SELECT json_agg(fresh) FROM fresh),
    'users', (SELECT json_agg(json_build_object('id', id, 'key', key, 'label', label, 'before', before, 'after', after)) FROM named WHERE id IS NOT NULL),
    'freshUsers', (SELECT json_agg(fresh_user) FROM fresh_user)
  ) AS state`;

async function readVisitorsAndUsers(tx: PoolClient, siteId: number, visitorKeys: string[], users: EventUser[]): Promise<BatchState> {
  const { rows } = await tx.query<{ state: RawState }>({
    name: "batch_state",
    text: BATCH_STATE,
    values: [siteId, arrayOf(visitorKeys, KEY), JSON.stringify(users)],
  });
  return toBatchState((rows[0] as { state: RawState }).state);
}

interface RawState {
  known: { id: number; key: string; knownUserId: number | null; knownAt: number; knownSeq: number; last: StoredSession | null }[] | null;
  fresh: { id: number; key: string }[] | null;
  users: { id: number; key: string; label: string; before: Gender; after: Gender }[] | null;
  freshUsers: { id: number; key: string; label: string; gender: Gender }[] | null;
}

function toBatchState(raw: RawState): BatchState {
  const visitors = new Map<string, VisitorState>();
  for (const { id, key, knownUserId, knownAt, knownSeq, last } of raw.known ?? []) {
    visitors.set(key, { id, key, last, known: knownUserId === null ? null : { userId: knownUserId, at: knownAt, seq: knownSeq } });
  }
  for (const { id, key } of raw.fresh ?? []) visitors.set(key, { id, key, last: null, known: null });
  const users = new Map<string, UserState>();
  for (const { id, key, label, before, after } of raw.users ?? []) users.set(key, { id, label, genderBefore: before, genderAfter: after });
  for (const { id, key, label, gender } of raw.freshUsers ?? []) users.set(key, { id, label, genderBefore: gender, genderAfter: gender });
  return { visitors, users, fresh: new Set((raw.fresh ?? []).map(({ id }) => id)) };
}

/** One row a user: its latest label, and the latest gender it gave. */
function mergeUsers(events: readonly NewEvent[]): EventUser[] {
  const users = new Map<string, EventUser>();
  for (const { user } of events) {
    if (!user) continue;
    const before = users.get(user.key);
    users.set(user.key, { ...user, gender: before ? mergedGender(before.gender, user.gender) : user.gender });
  }
  return [...users.values()];
}
