import { captureState } from "@/lib/capture/state";
import { readHealth } from "@/lib/observe/read-health";

export const dynamic = "force-dynamic";

/** Whether a balancer should send requests here: 200 once capture runs and the database answers, 503 before that and while stopping. */
export async function GET(): Promise<Response> {
  const { status, reasons } = await readHealth();
  const ready = status === "ok" && captureState().recorder !== null;
  return Response.json({ ready, reasons }, { status: ready ? 200 : 503, headers: { "Cache-Control": "no-store" } });
}
