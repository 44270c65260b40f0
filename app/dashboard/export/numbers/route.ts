import { z } from "zod";
import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { localDayOf } from "@/lib/metrics/calendar";
import { type CsvCell, csvLine } from "@/lib/metrics/csv-line";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { type AllTime, readAllTime } from "@/lib/store/read-all-time";
import { readSite } from "@/lib/store/read-site";
import { CSV_START, CSV_TYPE, fileResponse } from "../_report/file-response";
import { routeTable } from "../_report/route-table";

export const dynamic = "force-dynamic";

const Query = z.strictObject({
  site: SnapshotQuery.shape.site,
  table: z.enum(["gender", "routes"], { error: "must be gender or routes" }),
});

const TABLES: Record<z.infer<typeof Query>["table"], (allTime: AllTime) => CsvCell[][]> = {
  gender: ({ genderRatio }) => {
    const people = genderRatio.m + genderRatio.f + genderRatio.unknown;
    const share = (count: number) => (people === 0 ? null : count / people);
    return [["gender", "people", "share"], ...Object.entries(genderRatio).map(([gender, count]) => [gender, count, share(count)])];
  },
  routes: ({ pageViews }) => routeTable(pageViews),
};

/** A table of everything the site ever saw, whole and not rounded, as CSV: its people by gender, or its views by route, every route of them. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const { site: slug, table } = parseQuery(Query, request.url);
    const site = await readSite(db(), slug);
    const lines = TABLES[table](await readAllTime(db(), site.id)).map(csvLine);
    const today = localDayOf(site.timezone, Date.now()).date;
    return fileResponse(CSV_START + lines.join(""), CSV_TYPE, `${site.slug}-${table}-all-time-${today}.csv`);
  } catch (error) {
    return errorResponse(error);
  }
}
