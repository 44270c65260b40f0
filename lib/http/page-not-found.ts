import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";

/** `notFound()` for a page that begins and then has nothing to show: what Next answers then is empty without scripts, and this has it replaced. */
export async function pageNotFound(): Promise<never> {
  const running = captureState().running.get((await headers()).get(REQUEST_ID_HEADER) ?? "");
  if (running) running.nothingHere = true;
  notFound();
}
