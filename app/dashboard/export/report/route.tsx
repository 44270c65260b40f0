import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { readSite } from "@/lib/store/read-site";
import { readSnapshot } from "@/lib/store/read-snapshot";
import { PeriodQuery } from "../_report/export-query";
import { fileResponse } from "../_report/file-response";
import { renderReport } from "../_report/render-report";

export const dynamic = "force-dynamic";

/** The report of a day or a week as a PDF. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const query = parseQuery(PeriodQuery, request.url);
    const { name } = await readSite(db(), query.site);
    const snapshot = await readSnapshot(db(), query, new Date());
    const pdf = await renderReport(snapshot, name);
    return fileResponse(new Uint8Array(pdf), "application/pdf", `${query.site}-${query.period}-${snapshot.date}.pdf`);
  } catch (error) {
    return errorResponse(error);
  }
}
