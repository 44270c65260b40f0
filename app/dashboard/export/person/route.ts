import { z } from "zod";
import { errorResponse } from "@/app/api/_http/error-response";
import { parseQuery } from "@/app/api/_http/parse-query";
import { requireRole } from "@/lib/auth/require-role";
import { db } from "@/lib/db/client";
import { SnapshotQuery } from "@/lib/metrics/snapshot";
import { exportPerson } from "@/lib/privacy/export-person";
import { readSite } from "@/lib/store/read-site";
import { fileResponse } from "../_report/file-response";

export const dynamic = "force-dynamic";

const Query = z.strictObject({ site: SnapshotQuery.shape.site, person: z.string().min(1, "must name somebody").max(500) });

/** Everything that is known of one person, as JSON, streamed. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { email } = await requireRole("admin");
    const { site, person } = parseQuery(Query, request.url);
    const text = await exportPerson(db(), await readSite(db(), site), person, email);
    return fileResponse(streamText(text), "application/json; charset=utf-8", `${site}-person.json`);
  } catch (error) {
    return errorResponse(error);
  }
}

function streamText(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void pieces.return(undefined),
  });
}
