import type { PoolClient } from "pg";
import type { NewEvent } from "../capture/event";
import { arrayOf, column } from "./columns";

/** Ids are looked for this far around the batch's own times: an id comes again with its time, give or take a clamp. */
const DUPLICATE_REACH_MS = 24 * 3_600_000;

const BEGIN_BATCH =
  "SELECT last_seq, mark, mark_before, duplicates, erased_at FROM begin_batch($1::SMALLINT, $2::UUID[], $3::TIMESTAMPTZ, $4::TIMESTAMPTZ)";

/** What is to be known of a site before a batch can be looked at. */
export interface BatchBegun {
  /** The arrival number of the batch's first event. */
  firstSeq: number;
  /** What this batch leaves behind in the counter, and what stood there. */
  mark: string;
  markBefore: string | null;
  /** The ids of the batch that the log has already. */
  duplicates: ReadonlySet<string>;
  /** When somebody was last erased from the site. */
  erasedAt: Date | null;
}

/** Takes the site's lock (until the transaction ends) and an arrival number for each event. */
export async function beginBatch(tx: PoolClient, siteId: number, events: readonly NewEvent[]): Promise<BatchBegun> {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const event of events) {
    const at = event.at.getTime();
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const { rows } = await tx.query<Row>({
    name: "begin_batch",
    text: BEGIN_BATCH,
    values: [siteId, arrayOf(events, ID), new Date(first - DUPLICATE_REACH_MS), new Date(last + DUPLICATE_REACH_MS)],
  });
  const [row] = rows as [Row];
  return {
    firstSeq: Number(row.last_seq) - events.length + 1,
    mark: row.mark,
    markBefore: row.mark_before,
    duplicates: new Set(row.duplicates),
    erasedAt: row.erased_at,
  };
}

interface Row {
  last_seq: string;
  mark: string;
  mark_before: string | null;
  duplicates: string[];
  erased_at: Date | null;
}

const ID = column("uuid", ({ id }: NewEvent) => id);
