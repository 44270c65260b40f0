import { headers } from "next/headers";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";

/**
 * The first line of every server action: its arguments could be read. Up to here a failure is the sender's, whose body nothing can decode; from here
 * on it is ours.
 */
export async function beginAction(): Promise<void> {
  const running = captureState().running.get((await headers()).get(REQUEST_ID_HEADER) ?? "");
  if (running) running.actionBegan = true;
}
