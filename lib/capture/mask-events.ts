import { createHmac } from "node:crypto";
import type { SiteSettings } from "../store/site-settings";
import type { NewEvent } from "./event";
import { maskAddress } from "./mask-address";

/**
 * Events of an old log with their addresses as the site keeps them. A visitor who is only known as an address stays one visitor, but under
 * a keyed hash, whichever of the two the site chose: otherwise the address would be kept after all.
 */
export async function* maskEvents(
  batches: AsyncIterable<NewEvent[]>,
  privacy: SiteSettings["addressPrivacy"],
  secret: string,
): AsyncGenerator<NewEvent[]> {
  for await (const batch of batches) yield privacy === "keep" ? batch : batch.map((event) => maskEvent(event, privacy, secret));
}

function maskEvent(event: NewEvent, privacy: SiteSettings["addressPrivacy"], secret: string): NewEvent {
  if (event.address === null) return event;
  const isVisitor = event.visitor === `address:${event.address}`;
  const visitor = isVisitor
    ? `address:${createHmac("sha256", secret).update(event.visitor).digest("base64url").slice(0, 22)}`
    : event.visitor;
  return { ...event, visitor, address: maskAddress(event.address, privacy, secret) };
}
