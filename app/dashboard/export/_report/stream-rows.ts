import type { Db } from "@/lib/db/client";
import type { MetricId } from "@/lib/metrics/catalogue";
import { type CsvCell, csvLine } from "@/lib/metrics/csv-line";
import type { RowsQuery } from "@/lib/store/read-rows";
import { streamFromSnapshot } from "@/lib/store/stream-from-snapshot";
import { type RowsPage, readRowsPage } from "../../rows/_components/read-rows-page";
import { CSV_START } from "./file-response";

const PAGE_SIZE = 1_000;

/** The rows of a page as cells, with the names of the columns. */
function tableOf(page: RowsPage): { head: string[]; rows: CsvCell[][] } {
  if (page.kind === "events") {
    return {
      head: ["at", "kind", "outcome", "method", "route", "path", "status", "duration_ms", "person", "country", "browser", "id"],
      rows: page.rows.map((row) => [
        row.at,
        row.kind,
        row.outcome,
        row.method,
        row.route,
        row.path,
        row.status,
        row.durationMs,
        row.person,
        row.country,
        row.browser,
        row.id,
      ]),
    };
  }
  if (page.kind === "sessions") {
    return {
      head: ["started_at", "ended_at", "duration_sec", "person", "signed_in", "interactions", "converted_after_sec", "session"],
      rows: page.rows.map((row) => [
        row.startedAt,
        row.endedAt,
        row.durationSec,
        row.person,
        row.signedIn,
        row.interactions,
        row.convertedAfterSec,
        row.id,
      ]),
    };
  }
  return {
    head: ["person", "gender", "interactions", "sign_ins", "registered"],
    rows: page.rows.map((row) => [row.person, row.gender, row.interactions, row.logins, row.registered]),
  };
}

/**
 * All rows of a query as a stream of CSV, out of one snapshot of the database: what is committed meanwhile moves no row, so none comes twice and none
 * is missed. The next page is read when the last one is taken. Throws AppError `too-many` while too many others are being read.
 */
export function streamRows(
  db: Db,
  metric: MetricId,
  query: Omit<RowsQuery, "size" | "after">,
  pageSize = PAGE_SIZE,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return streamFromSnapshot(db, async (tx, send) => {
    let after: string | undefined;
    let start = CSV_START;
    do {
      const page = await readRowsPage(tx, metric, { ...query, after }, pageSize);
      const { head, rows } = tableOf(page);
      if (start) start += csvLine(head);
      await send(encoder.encode(start + rows.map(csvLine).join("")));
      start = "";
      after = page.next ?? undefined;
    } while (after !== undefined);
  });
}
