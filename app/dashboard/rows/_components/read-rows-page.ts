import type { Db, Tx } from "@/lib/db/client";
import type { MetricId } from "@/lib/metrics/catalogue";
import { ROWS_BEHIND } from "@/lib/metrics/rows-behind";
import type { FeedEvent } from "@/lib/store/read-events";
import {
  type PersonRow,
  type RowPage,
  type RowsQuery,
  readEventRows,
  readPersonRows,
  readSessionRows,
  type SessionRow,
} from "@/lib/store/read-rows";

const PAGE_SIZE = 50;

export type RowsPage =
  | ({ kind: "events" } & RowPage<FeedEvent>)
  | ({ kind: "sessions" } & RowPage<SessionRow>)
  | ({ kind: "people" } & RowPage<PersonRow>);

/** A page of the rows a metric is made of. */
export async function readRowsPage(db: Db | Tx, metric: MetricId, query: Omit<RowsQuery, "size">, size = PAGE_SIZE): Promise<RowsPage> {
  const { kind } = ROWS_BEHIND[metric];
  if (kind === "events") return { kind, ...(await readEventRows(db, { ...query, size })) };
  if (kind === "sessions") return { kind, ...(await readSessionRows(db, { ...query, size })) };
  return { kind, ...(await readPersonRows(db, { ...query, size })) };
}
