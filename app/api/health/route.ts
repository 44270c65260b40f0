import { readHealth } from "@/lib/observe/read-health";

export const dynamic = "force-dynamic";

/** 200 with `"status":"ok"` while the database answers, else 503 with `"status":"unavailable"`; either way with the reasons to look closer. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  const body = { ...health, uptimeSec: Math.round(process.uptime()) };
  return Response.json(body, { status: health.status === "ok" ? 200 : 503, headers: { "Cache-Control": "no-store" } });
}
