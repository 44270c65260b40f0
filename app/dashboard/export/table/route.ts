import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import type { MetricId } from "@/lib/metrics/catalogue";
import { type CsvCell, csvLine } from "@/lib/metrics/csv-line";
import { metricNumber } from "@/lib/metrics/metric-number";
import type { Snapshot } from "@/lib/metrics/snapshot";
import { readSnapshot } from "@/lib/store/read-snapshot";
import { TableQuery } from "../_report/export-query";
import { CSV_START, CSV_TYPE, fileResponse } from "../_report/file-response";
import { routeTable } from "../_report/route-table";

export const dynamic = "force-dynamic";

/** The table below a metric's chart, whole and not rounded, as CSV. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { metric, ...query } = parseQuery(TableQuery, request.url);
    const snapshot = await readSnapshot(db(), query, new Date());
    const lines = tableOf(metric, snapshot).map(csvLine).join("");
    return fileResponse(CSV_START + lines, CSV_TYPE, `${snapshot.site}-${metric}-${snapshot.period}-${snapshot.date}.csv`);
  } catch (error) {
    return errorResponse(error);
  }
}

function tableOf(metric: MetricId, { metrics, series }: Snapshot): CsvCell[][] {
  if (metric === "pageViews") return routeTable(metrics.pageViews);
  if (metric === "genderRatio") {
    const { m, f, unknown } = metrics.genderRatio;
    return [
      ["gender", "people"],
      ["m", m],
      ["f", f],
      ["unknown", unknown],
    ];
  }
  return [["from", metric], ...series.map((point): CsvCell[] => [point.at, metricNumber(point, metric)])];
}
