import { randomUUID } from "node:crypto";
import type { NewEvent } from "../../lib/capture/event";

/** Views of one visitor from noon (UTC) of a day on, ten seconds apart. */
export function someViews(date: string, count: number, visitor = "v"): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    at: new Date(Date.parse(`${date}T12:00:00Z`) + index * 10_000),
    kind: "view",
    outcome: "success",
    visitor,
    user: null,
    method: "GET",
    route: "/",
    path: "/",
    status: 200,
    durationMs: 1,
    timeSpentSec: null,
    title: null,
    address: "192.0.2.7",
    country: null,
    client: null,
    referral: null,
  }));
}
