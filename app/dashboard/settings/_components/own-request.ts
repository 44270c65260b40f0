import { createCaptureContext } from "@/lib/capture/capture-context";
import { keepHeaders } from "@/lib/capture/remembered";
import { captureState, REQUEST_ID_HEADER } from "@/lib/capture/state";

/** What the app sees of a request: the address it would store, why that one, and the country. */
export function lookAtRequest(headers: Headers): { peer: string | null; address: string | null; reason: string; country: string | null } {
  const running = captureState().running.get(headers.get(REQUEST_ID_HEADER) ?? "");
  // Next writes the peer into this header where no proxy did; without the server's hooks it is all there is.
  const peer = running?.peerAddress ?? headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? null;
  return { peer, ...createCaptureContext().locate(keepHeaders(headers), peer) };
}
