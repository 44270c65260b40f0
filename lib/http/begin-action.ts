import { headers } from "next/headers";
import { AppError } from "../app-error";
import { captureState, REQUEST_ID_HEADER } from "../capture/state";

/**
 * The first line of every server action, with its arguments: they could be read. Up to here a failure is the sender's, whose body nothing can decode;
 * from here on it is ours. Throws AppError `invalid` for an argument that is a reference of React's to something on the client: touching it throws.
 */
export async function beginAction(...args: unknown[]): Promise<void> {
  if (args.some((arg) => typeof arg === "function")) throw new AppError("invalid", "The arguments of this action cannot be read.");
  const running = captureState().running.get((await headers()).get(REQUEST_ID_HEADER) ?? "");
  if (running) running.actionBegan = true;
}
