import type { NewEvent } from "../capture/event";
import { type Column, column } from "./columns";

/** An event on its way into a table, with the ids of what it shares with others. */
export interface SharedEvent {
  event: NewEvent;
  clientId: number | null;
  referralId: number | null;
}

/** The columns that an event has in every table, by their names: what it said itself. A path is left out where it is the route. */
export const EVENT_COLUMNS: Record<string, Column<SharedEvent>> = {
  id: column("uuid", ({ event }) => event.id),
  kind: column("text", ({ event }) => event.kind),
  outcome: column("text", ({ event }) => event.outcome),
  client_id: column("integer", ({ clientId }) => clientId),
  referral_id: column("integer", ({ referralId }) => referralId),
  duration_ms: column("real", ({ event }) => event.durationMs),
  time_spent_sec: column("real", ({ event }) => event.timeSpentSec),
  status: column("smallint", ({ event }) => event.status),
  method: column("text", ({ event }) => event.method),
  path: column("text", ({ event }) => (event.path === event.route ? null : event.path)),
  title: column("text", ({ event }) => event.title),
  address: column("text", ({ event }) => event.address),
  country: column("text", ({ event }) => event.country),
};
