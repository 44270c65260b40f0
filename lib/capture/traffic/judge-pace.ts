import ipaddr from "ipaddr.js";
import { cacheLatest } from "../bounded-cache";
import type { Remembered } from "../remembered";
import { findHeaderTells } from "./header-tells";
import type { Follower, Pace } from "./pace";

/** A visitor's request, with what is known of who sent it. */
export type Paced = {
  remembered: Pick<Remembered, "kind" | "knownVisitor" | "secure" | "headers">;
  visitor: string;
  address: string | null;
  userAgent: string;
};

/**
 * Why a visitor is a machine by how fast it asks for pages, or null. Counts the request. A browser that brought its cookie is judged by
 * itself. One without, in whichever way visitors are told apart, is judged by its address and user agent, which people behind one router
 * share, so more is allowed; and only where the address is one of the internet: one of this machine or of a private network is a proxy's,
 * or a test's.
 */
export function judgePace(pace: Pace, paced: Paced, limit: number | null, now: Date): string | null {
  const follower = limit === null ? null : followerOf(paced);
  if (limit === null || !follower) return null;
  const expectsScript = !follower.shared && isOpen(paced);
  return pace.step({ ...follower, expectsScript }, limit, now.getTime());
}

/** Who is followed for a request, the same for pages and for what a page tells; null where nobody is. */
export function followerOf(paced: Paced): Follower | null {
  const { remembered, visitor, address, userAgent } = paced;
  const open = isOpen(paced);
  const shared = !remembered.knownVisitor;
  if (shared && !open) return null;
  return { key: shared ? `${address} ${userAgent}` : visitor, shared, tells: open ? findHeaderTells(remembered) : [] };
}

const isOpen = ({ address }: Paced): boolean => address !== null && isOfTheInternet(address);
const isOfTheInternet = cacheLatest(4_096, (address) => ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast");
