import { finished } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { NewEvent } from "../capture/event";
import { column, copyRows } from "./columns";
import type { IncomingEvent } from "./plan-visitor";

/** A new event with everything that the batch found out about it. */
export interface PlacedEvent {
  event: NewEvent;
  incoming: IncomingEvent;
  session: { id: number; visitorId: number };
  clientId: number | null;
  referralId: number | null;
  siteId: number;
}

/** The columns of an event, by their names in the table. */
const COLUMNS = {
  at: column("timestamptz", ({ incoming }: PlacedEvent) => incoming.at),
  seq: column("bigint", ({ incoming }: PlacedEvent) => incoming.seq),
  visitor_id: column("bigint", ({ session }: PlacedEvent) => session.visitorId),
  session_id: column("bigint", ({ session }: PlacedEvent) => session.id),
  user_id: column("bigint", ({ incoming }: PlacedEvent) => incoming.userId),
  id: column("uuid", ({ event }: PlacedEvent) => event.id),
  kind: column("text", ({ event }: PlacedEvent) => event.kind),
  outcome: column("text", ({ event }: PlacedEvent) => event.outcome),
  route_id: column("integer", ({ incoming }: PlacedEvent) => incoming.routeId),
  client_id: column("integer", ({ clientId }: PlacedEvent) => clientId),
  referral_id: column("integer", ({ referralId }: PlacedEvent) => referralId),
  duration_ms: column("real", ({ event }: PlacedEvent) => event.durationMs),
  time_spent_sec: column("real", ({ event }: PlacedEvent) => event.timeSpentSec),
  site_id: column("smallint", ({ siteId }: PlacedEvent) => siteId),
  status: column("smallint", ({ event }: PlacedEvent) => event.status),
  method: column("text", ({ event }: PlacedEvent) => event.method),
  path: column("text", ({ event }: PlacedEvent) => (event.path === event.route ? null : event.path)),
  title: column("text", ({ event }: PlacedEvent) => event.title),
  address: column("text", ({ event }: PlacedEvent) => event.address),
  country: column("text", ({ event }: PlacedEvent) => event.country),
};

const COPY = `COPY event (${Object.keys(COLUMNS).join(", ")}) FROM STDIN (FORMAT binary)`;

/** Writes a batch's new events: by COPY, which fills pages of the table instead of looking for room for each row. */
export async function copyEvents(tx: PoolClient, events: readonly PlacedEvent[]): Promise<void> {
  const rows = copyRows(events, Object.values(COLUMNS));
  const copy = tx.query(copyFrom(COPY));
  copy.end(rows);
  await finished(copy);
}
