import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { localDayOf, periodSpan } from "@/lib/metrics/calendar";
import { ROWS_BEHIND } from "@/lib/metrics/rows-behind";
import { readSite } from "@/lib/store/read-site";
import { RowsQuery } from "../_report/export-query";
import { CSV_TYPE, fileResponse } from "../_report/file-response";
import { streamRows } from "../_report/stream-rows";

export const dynamic = "force-dynamic";

/** All rows behind a number as CSV, streamed a page at a time, so that its size does not matter. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { site: slug, period, date, lens, metric, route, gender } = parseQuery(RowsQuery, request.url);
    const site = await readSite(db(), slug);
    const day = date ?? localDayOf(site.timezone, Date.now()).date;
    const span = periodSpan(site.timezone, period, day);
    const rows = streamRows(db(), metric, { siteId: site.id, span, lens, filter: ROWS_BEHIND[metric].filter, route, gender });
    return fileResponse(rows, CSV_TYPE, `${site.slug}-${metric}-rows-${period}-${day}.csv`);
  } catch (error) {
    return errorResponse(error);
  }
}
