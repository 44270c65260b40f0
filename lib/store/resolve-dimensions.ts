import { createHash } from "node:crypto";
import type { EventClient, EventReferral, NewEvent } from "../capture/event";
import type { Db } from "../db/client";

const IDS_REMEMBERED = 20_000;

/** Ids of the values that many events share, so that an event row holds a number and not a text. */
export interface Dimensions {
  routeIds: Map<string, number>;
  clientId(client: EventClient | null): number | null;
  referralId(referral: EventReferral | null): number | null;
}

interface Remembered {
  routes: Map<string, number>;
  clients: Map<string, number>;
  referrals: Map<string, number>;
}

const remembered = new WeakMap<Db, Remembered>();

/** A value's key: its fields in one order, hashed, for they can be long. */
export const hashOf = (value: Record<string, string | null>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(value).sort()))
    .digest("base64url")
    .slice(0, 27);

/**
 * Finds or makes the ids of all routes, clients and referrals of these events. Outside the batch's transaction on purpose: such a row
 * means nothing by itself, and what is remembered here must not be rolled back.
 */
export async function resolveDimensions(db: Db, siteId: number, events: readonly NewEvent[]): Promise<Dimensions> {
  const routeIds = await resolveRoutes(db, siteId, new Set(events.map((event) => event.route)));
  return { routeIds, ...(await resolveShared(db, events)) };
}

/** The ids of a site's routes by their patterns; those that are not there yet are made. */
export async function resolveRoutes(db: Db, siteId: number, patterns: ReadonlySet<string>): Promise<Map<string, number>> {
  const { routes } = memoryOf(db);
  const prefix = `${siteId} `;
  const unknown = [...patterns].filter((pattern) => !routes.has(prefix + pattern));
  if (unknown.length > 0) await rememberRoutes(db, siteId, unknown, routes, prefix);
  return new Map(Array.from(patterns, (pattern) => [pattern, routes.get(prefix + pattern) as number]));
}

/** The ids of the clients and referrals of these events, which all sites share. */
export async function resolveShared(db: Db, events: readonly NewEvent[]): Promise<Omit<Dimensions, "routeIds">> {
  const memory = memoryOf(db);
  const clients = unknownValues(
    memory.clients,
    events.map((event) => event.client),
  );
  const referrals = unknownValues(
    memory.referrals,
    events.map((event) => event.referral),
  );
  if (clients.size > 0) await rememberClients(db, clients, memory.clients);
  if (referrals.size > 0) await rememberReferrals(db, referrals, memory.referrals);
  const idIn = (ids: Map<string, number>, value: Record<string, string | null> | null) => (value ? (ids.get(hashOf(value)) ?? null) : null);
  return {
    clientId: perObject((client: EventClient | null) => idIn(memory.clients, client)),
    referralId: perObject((referral: EventReferral | null) => idIn(memory.referrals, referral)),
  };
}

/** Events of one request burst share their objects; hashing each object once is enough. */
function perObject<Value extends object>(find: (value: Value | null) => number | null): (value: Value | null) => number | null {
  const found = new Map<Value | null, number | null>();
  return (value) => {
    const known = found.get(value);
    if (known !== undefined) return known;
    const id = find(value);
    found.set(value, id);
    return id;
  };
}

function memoryOf(db: Db): Remembered {
  let memory = remembered.get(db);
  if (!memory) {
    memory = { routes: new Map(), clients: new Map(), referrals: new Map() };
    remembered.set(db, memory);
  }
  for (const ids of Object.values(memory)) if (ids.size > IDS_REMEMBERED) ids.clear();
  return memory;
}

function unknownValues<Value extends Record<string, string | null>>(
  ids: Map<string, number>,
  values: (Value | null)[],
): Map<string, Value> {
  const unknown = new Map<string, Value>();
  for (const value of new Set(values)) {
    if (!value) continue;
    const hash = hashOf(value);
    if (!ids.has(hash)) unknown.set(hash, value);
  }
  return unknown;
}

async function rememberRoutes(db: Db, siteId: number, patterns: string[], ids: Map<string, number>, prefix: string): Promise<void> {
  await db.route.createMany({ data: patterns.map((pattern) => ({ siteId, pattern })), skipDuplicates: true });
  for (const route of await db.route.findMany({ where: { siteId, pattern: { in: patterns } } })) ids.set(prefix + route.pattern, route.id);
}

async function rememberClients(db: Db, clients: Map<string, EventClient>, ids: Map<string, number>): Promise<void> {
  await db.client.createMany({ data: [...clients].map(([hash, client]) => ({ hash, ...client })), skipDuplicates: true });
  for (const { id, hash } of await db.client.findMany({ where: { hash: { in: [...clients.keys()] } }, select: { id: true, hash: true } }))
    ids.set(hash, id);
}

async function rememberReferrals(db: Db, referrals: Map<string, EventReferral>, ids: Map<string, number>): Promise<void> {
  await db.referral.createMany({ data: [...referrals].map(([hash, referral]) => ({ hash, ...referral })), skipDuplicates: true });
  for (const { id, hash } of await db.referral.findMany({
    where: { hash: { in: [...referrals.keys()] } },
    select: { id: true, hash: true },
  }))
    ids.set(hash, id);
}
