import { createHash } from "node:crypto";
import type { NewEvent } from "../../lib/capture/event";
import { makeEvent } from "./make-event";

const PARTS = 4;
const EVENTS = 4_000;
const KINDS = ["view", "view", "view", "action", "ping", "login", "view", "logout", "register", "view"] as const;

/** A number from a text: random enough for a log, and the same each time. */
const pick = (text: string, below: number): number => createHash("sha256").update(text).digest().readUInt32BE(0) % below;

/**
 * Part `part` of a busy hour of 60 visitors and 25 users, over the midnight at which Berlin sets its clocks back. The parts interleave: each
 * visitor's events are spread over all four writers, so that late events and sign-ins from another writer are the rule.
 */
export function busyLog(part: number): NewEvent[] {
  const start = Date.parse("2026-10-24T21:30:00Z");
  return Array.from({ length: EVENTS }, (_, index) => index)
    .filter((index) => index % PARTS === part)
    .map((index): NewEvent => {
      const kind = KINDS[pick(`kind ${index}`, KINDS.length)] ?? "view";
      const user = pick(`user ${index}`, 25);
      const route = ["/", "/house-price", "/celebrity", "/launches"][pick(`route ${index}`, 4)] ?? "/";
      const id = createHash("sha256").update(`busy ${index}`).digest("hex");
      return makeEvent({
        id: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`,
        at: new Date(start + index * 900),
        kind,
        outcome: pick(`outcome ${index}`, 4) === 0 ? "error" : "success",
        visitor: `visitor ${pick(`visitor ${index}`, 60)}`,
        user: kind === "login" || kind === "register" ? { key: `user ${user}`, label: `User ${user}`, gender: user % 2 ? "m" : "f" } : null,
        method: kind === "view" || kind === "ping" ? "GET" : "POST",
        route,
        path: route,
      });
    });
}

export const BUSY_EVENTS = EVENTS;
