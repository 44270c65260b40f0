import ipaddr from "ipaddr.js";
import type { Remembered } from "../remembered";
import { findHeaderTells } from "./header-tells";
import type { Pace } from "./pace";

/** A visitor's request for a page, with what is known of who sent it. */
export type Paced = { remembered: Remembered; visitor: string; address: string | null; userAgent: string };

/**
 * Why a visitor is a machine by how fast it asks, or null. A browser that brought its cookie is judged by itself. One without, in whichever
 * way visitors are told apart, is judged by its address and user agent, which people behind one router share, so more is allowed; and
 * only where the address is one of the internet: one of this machine or of a private network is a proxy's, or a test's.
 */
export function judgePace(pace: Pace, { remembered, visitor, address, userAgent }: Paced, limit: number | null, now: Date): string | null {
  if (limit === null) return null;
  const open = address !== null && isPublic(address);
  const known = remembered.knownVisitor;
  if (!known && !open) return null;
  const step = {
    key: known ? visitor : `${address} ${userAgent}`,
    shared: !known,
    tells: open ? findHeaderTells(remembered) : [],
    expectsScript: known && open,
  };
  return pace.step(step, limit, now.getTime());
}

const isPublic = (address: string): boolean => ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
