import { withConnection } from "../../../lib/db/client";
import { rebuild } from "../../../lib/store/rebuild";
import { fillEvents } from "../../support/fill-events";
import type { Bench, BenchDatabase } from "./bench";

export interface History extends BenchDatabase {
  events: number;
  /** UTC dates, both included. */
  from: string;
  to: string;
  /** How long the product took to make sessions, people and rollups of the events. */
  rebuildSeconds: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HISTORY_DAYS = 60;
const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/**
 * A database with that many events over 60 days that end yesterday. The events are made by set-based SQL, as fast as the disk takes them; sessions,
 * people and rollups are the product's own work, from scratch.
 */
export const openHistory = (bench: Bench, events: number): Promise<History> =>
  bench.once(`history of ${events}`, async () => {
    const database = await bench.database(`history_${events}`);
    const end = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    bench.say(`Making ${events.toLocaleString("en-US")} events over ${HISTORY_DAYS} days`);
    const made = await fillEvents(database, { events, from: end - HISTORY_DAYS * DAY_MS, days: HISTORY_DAYS });
    bench.say("Rebuilding sessions, people and rollups");
    const started = performance.now();
    await rebuild(database.db, database.site, "all");
    const rebuildSeconds = (performance.now() - started) / 1000;
    await withConnection(database.db, (connection) => connection.query("VACUUM (ANALYZE)"));
    return { ...database, events: made, from: isoDate(end - HISTORY_DAYS * DAY_MS), to: isoDate(end - DAY_MS), rebuildSeconds };
  });
