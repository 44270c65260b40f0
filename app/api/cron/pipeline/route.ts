import { errorResponse } from "@/app/api/_http/error-response";
import { requireCronSecret } from "@/lib/auth/require-cron-secret";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";
import { queueDueDays } from "@/lib/pipeline/queue-due-days";
import { workOffQueue } from "@/lib/pipeline/work-off-queue";
import { retainAll } from "@/lib/privacy/retain-all";

export const dynamic = "force-dynamic";
export const maxDuration = 300;

/** Leaves time to stop and answer before the platform ends the function; what is left goes on at the next call. */
const WORK_MS = 240_000;

/**
 * For a scheduler such as Vercel's: starts the nights that are due, and where no server process does them, does them itself, and forgets what is
 * older than a site keeps.
 */
export async function GET(request: Request): Promise<Response> {
  try {
    requireCronSecret(request.headers.get("authorization"), env().CRON_SECRET);
    const databaseUrl = env().DATABASE_URL as string;
    const queued = await queueDueDays(db(), databaseUrl, new Date());
    const unfinished = env().VERCEL ? await workOffQueue(db(), databaseUrl, WORK_MS) : null;
    // Elsewhere a part of the server does so, once an hour.
    if (env().VERCEL) await retainAll(db());
    return Response.json({ queued: queued.map(({ date }) => date), unfinished });
  } catch (error) {
    return errorResponse(error);
  }
}
