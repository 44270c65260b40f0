import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { openDataFolder } from "@/lib/db/embedded/data-folder";
import { env } from "@/lib/env";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { siteFiles } from "@/lib/pipeline/site-files";
import { writeRange } from "@/lib/pipeline/write-range";
import { readSite } from "@/lib/store/read-site";

export const dynamic = "force-dynamic";

const isoDate = z.iso.date({ error: "must be a date such as 2026-11-21" });

// A file is named by what it is, never by a path: nothing that a request says becomes part of one but a site's slug and a date.
const FileQuery = z.discriminatedUnion(
  "file",
  [
    z.object({ file: z.literal("events"), site: SnapshotQuery.shape.site, date: isoDate }),
    z.object({ file: z.literal("daily"), site: SnapshotQuery.shape.site, date: isoDate }),
    z.object({ file: z.literal("aggregate"), site: SnapshotQuery.shape.site, from: isoDate.optional(), to: isoDate.optional() }),
  ],
  { error: "must be events, daily or aggregate" },
);

/** A day's Parquet or CSV file, `agg_data.csv` as the last backfill left it, or the same over any range, computed when it is asked for. */
export async function GET(request: Request): Promise<Response> {
  try {
    await requireRole("viewer");
    const query = parseQuery(FileQuery, request.url);
    const site = await readSite(db(), query.site);
    const files = siteFiles(openDataFolder(), site.slug);
    if (query.file === "events") return await fileResponse(files.events(query.date), `${site.slug}-${query.date}.parquet`);
    if (query.file === "daily") return await fileResponse(files.daily(query.date), `${site.slug}-${query.date}.csv`);
    if (!query.from || !query.to) return await fileResponse(files.aggregate, "agg_data.csv");
    return await rangeResponse(site.id, { from: query.from, to: query.to }, request.signal);
  } catch (error) {
    return errorResponse(error);
  }
}

const headersFor = (name: string) => ({
  "content-type": name.endsWith(".csv") ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet",
  "content-disposition": `attachment; filename="${name}"`,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

async function fileResponse(file: string, name: string): Promise<Response> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile())
    throw new AppError("not-found", `file: ${path.basename(file)} is not on this server; run its day first.`, { field: "file" });
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream;
  return new Response(body, { headers: { ...headersFor(name), "content-length": String(found.size) } });
}

async function rangeResponse(siteId: number, range: { from: string; to: string }, signal: AbortSignal): Promise<Response> {
  const { file, remove } = await writeRange(env().DATABASE_URL as string, siteId, range, signal);
  const body = createReadStream(file);
  body.once("close", () => void remove());
  return new Response(Readable.toWeb(body) as ReadableStream, { headers: headersFor("agg_data.csv") });
}
