import { finished } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { column, copyRows } from "./columns";
import { EVENT_COLUMNS, type SharedEvent } from "./event-columns";
import type { IncomingEvent } from "./plan-visitor";

/** A new event with everything that the batch found out about it. */
export interface PlacedEvent extends SharedEvent {
  incoming: IncomingEvent;
  session: { id: number; visitorId: number };
  siteId: number;
}

/** The columns of an event, by their names in the table. */
const COLUMNS = {
  at: column("timestamptz", ({ incoming }: PlacedEvent) => incoming.at),
  seq: column("bigint", ({ incoming }: PlacedEvent) => incoming.seq),
  visitor_id: column("bigint", ({ session }: PlacedEvent) => session.visitorId),
  session_id: column("bigint", ({ session }: PlacedEvent) => session.id),
  user_id: column("bigint", ({ incoming }: PlacedEvent) => incoming.userId),
  route_id: column("integer", ({ incoming }: PlacedEvent) => incoming.routeId),
  site_id: column("smallint", ({ siteId }: PlacedEvent) => siteId),
  ...EVENT_COLUMNS,
};

const COPY = `COPY event (${Object.keys(COLUMNS).join(", ")}) FROM STDIN (FORMAT binary)`;

/** Writes a batch's new events: by COPY, which fills pages of the table instead of looking for room for each row. */
export async function copyEvents(tx: PoolClient, events: readonly PlacedEvent[]): Promise<void> {
  const rows = copyRows(events, Object.values(COLUMNS));
  const copy = tx.query(copyFrom(COPY));
  copy.end(rows);
  await finished(copy);
}
