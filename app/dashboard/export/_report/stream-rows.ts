import type { Db } from "@/lib/db/client";
import type { MetricId } from "@/lib/metrics/catalogue";
import { type CsvCell, csvLine } from "@/lib/metrics/csv-line";
import type { RowsQuery } from "@/lib/store/read-rows";
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

/** All rows of a query as a stream of CSV; the next page is read when the last one is taken. */
export function streamRows(db: Db, metric: MetricId, query: Omit<RowsQuery, "size" | "after">): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after: string | undefined;
  let first = true;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const page = await readRowsPage(db, metric, { ...query, after }, PAGE_SIZE);
        const { head, rows } = tableOf(page);
        const text = (first ? CSV_START + csvLine(head) : "") + rows.map(csvLine).join("");
        controller.enqueue(encoder.encode(text));
        first = false;
        after = page.next ?? undefined;
        if (after === undefined) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
}
