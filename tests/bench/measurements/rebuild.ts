import { withConnection } from "../../../lib/db/client";
import type { Measurement } from "../measurement";
import { openHistory } from "../support/history";

/** Sessions, people and rollups of a whole history from scratch, and what all of it takes on disk. */
export const rebuildHistory: Measurement = {
  name: "rebuild",
  quick: true,
  figures: [
    {
      key: "rebuildEventsPerSec",
      title: "Sessions, people and rollups of 10M events from scratch",
      unit: "events/s",
      budget: { atLeast: 100_000 },
    },
    {
      key: "bytesPerEvent",
      title: "Events, indexes, sessions, people and rollups on disk ÷ events, at 10M",
      unit: "bytes",
      budget: { atMost: 300 },
    },
  ],
  async measure(bench) {
    const history = await openHistory(bench, bench.quick ? 30_000 : 10_000_000);
    const sizes = await withConnection(history.db, async (connection) => (await connection.query<Size>(SIZES)).rows);
    const bytes = (row: Size) => Number(row.bytes) / history.events;
    return {
      rebuildEventsPerSec: { value: history.events / history.rebuildSeconds, note: `${Math.round(history.rebuildSeconds)} s` },
      bytesPerEvent: {
        value: sizes.reduce((sum, row) => sum + bytes(row), 0),
        note: sizes.map((row) => `${row.name} ${Math.round(bytes(row))}`).join(", "),
      },
    };
  },
};

type Size = { name: string; bytes: string };

const SIZES = `
  SELECT name, sum(pg_relation_size(oid))::text AS bytes
  FROM (
    SELECT c.oid, CASE
        WHEN c.relkind = 'i' AND t.relname ~ '^event_' THEN 'event indexes'
        WHEN t.relname ~ '^event_' THEN 'events'
        WHEN t.relname IN ('session', 'person_hour') THEN t.relname
        ELSE 'the rest' END AS name
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
    WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace) AS relation
  GROUP BY name ORDER BY sum(pg_relation_size(oid)) DESC`;
