import { db } from "@/lib/db/client";
import { ping } from "@/lib/db/ping";

const PATIENCE_MS = 2_000;

export const dynamic = "force-dynamic";

/** `{"status":"ok","database":"up","uptimeSec":…}` while the database answers, else 503 with `"status":"unavailable"`. */
export async function GET(): Promise<Response> {
  const up = await ping(db(), PATIENCE_MS);
  const body = { status: up ? "ok" : "unavailable", database: up ? "up" : "down", uptimeSec: Math.round(process.uptime()) };
  return Response.json(body, { status: up ? 200 : 503, headers: { "Cache-Control": "no-store" } });
}
