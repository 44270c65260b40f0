import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { METRICS } from "@/lib/metrics/catalogue";
import { csvLine } from "@/lib/metrics/csv-line";
import { metricNumber } from "@/lib/metrics/metric-number";
import { readSnapshot } from "@/lib/store/read-snapshot";
import { PeriodQuery } from "../_report/export-query";
import { CSV_START, CSV_TYPE, fileResponse } from "../_report/file-response";

export const dynamic = "force-dynamic";

/** Every metric of a period as CSV: a row a bucket, and a last one for the whole. Ratios are fractions, times seconds, nothing is rounded. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { site, period, date, lens, from, metrics, series } = await readSnapshot(db(), parseQuery(PeriodQuery, request.url), new Date());
    const head = csvLine(["from", ...METRICS.map(({ id }) => id), "men", "women", "unknown"]);
    const rows = [...series.map((point) => ({ label: point.at, values: point })), { label: `${period} from ${from}`, values: metrics }].map(
      ({ label, values }) =>
        csvLine([
          label,
          ...METRICS.map(({ id }) => metricNumber(values, id)),
          values.genderRatio.m,
          values.genderRatio.f,
          values.genderRatio.unknown,
        ]),
    );
    return fileResponse(CSV_START + head + rows.join(""), CSV_TYPE, `${site}-${period}-${date}-${lens}.csv`);
  } catch (error) {
    return errorResponse(error);
  }
}
