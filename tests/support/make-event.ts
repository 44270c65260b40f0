import { randomUUID } from "node:crypto";
import type { NewEvent } from "../../lib/capture/event";

/** An event with everything filled in; name what matters to the test. */
export const makeEvent = (given: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  at: new Date("2026-06-10T12:00:00.000Z"),
  kind: "view",
  outcome: "success",
  visitor: "visitor-1",
  user: null,
  method: "GET",
  route: "/",
  path: "/",
  status: 200,
  durationMs: 12,
  timeSpentSec: null,
  title: null,
  address: "192.0.2.1",
  country: null,
  client: null,
  referral: null,
  ...given,
});
