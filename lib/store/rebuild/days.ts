import type { Client } from "pg";
import { dayBoundaries, hourFinder } from "../day-finder";

/** Instants by slots of 2^22 ms, a bit more than an hour: a shift is cheap, and rounds down before 1970 too. */
const SLOT_BITS = 22;
const SLOT_MS = 2 ** SLOT_BITS;

/** The times of sessions, by slots: few pairs, of which each reaches over all the events in between. */
const slotsOf = (sessions: string) =>
  `SELECT DISTINCT epoch_ms(s.started_at) >> ${SLOT_BITS} AS first, epoch_ms(s.ended_at) >> ${SLOT_BITS} AS last FROM ${sessions}`;

/** What was stored of the visitors in `rebuild_visitor`, and the moments in `rebuild_moment`. */
const SLOTS_BEFORE = `
  ${slotsOf("rebuild_visitor v JOIN session s ON s.site_id = v.site_id AND s.visitor_id = v.id")}
  UNION SELECT DISTINCT epoch_ms(at) >> ${SLOT_BITS}, epoch_ms(at) >> ${SLOT_BITS} FROM rebuild_moment`;
const SLOTS_OF_CUT = slotsOf("rebuild_session s");

/** The numbers of the local days on which any of them was there: by what is stored, or by the sessions that were just cut. */
export async function readDays(connection: Client, timezone: string, from: "tables" | "cut"): Promise<Set<number>> {
  const days = new Set<number>();
  const find = hourFinder(timezone);
  const { rows } = await connection.query<{ first: string; last: string }>(from === "cut" ? SLOTS_OF_CUT : SLOTS_BEFORE);
  for (const { first, last } of rows)
    for (let slot = Number(first); slot <= Number(last); slot += 1)
      // A slot can reach into two local days.
      for (const edge of [0, SLOT_MS - 1]) days.add(find(slot * SLOT_MS + edge).day);
  return days;
}

/** The first day of which every event is kept, and its first instant. */
export interface Border {
  date: string;
  day: number;
  at: Date;
}

/** Writes these days into the table `rebuild_day`; of those before the border only the numbers are left: nothing can count them anew. */
export async function listDays(connection: Client, timezone: string, days: Iterable<number>, border: Border | null): Promise<void> {
  await connection.query("CREATE TEMP TABLE rebuild_day (day DATE, from_at TIMESTAMPTZ, to_at TIMESTAMPTZ) ON COMMIT DROP");
  const countable = [...days].filter((day) => border === null || day >= border.day);
  const spans = countable.map((day) => {
    const [from, to] = dayBoundaries(timezone, day, day);
    return { day, from, to };
  });
  await connection.query(
    `INSERT INTO rebuild_day SELECT DATE 'epoch' + x.day, from_epoch_ms(x."from"), from_epoch_ms(x."to")
     FROM json_to_recordset($1::json) AS x (day integer, "from" bigint, "to" bigint)`,
    [JSON.stringify(spans)],
  );
  await connection.query("ANALYZE rebuild_day");
}
