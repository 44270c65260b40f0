import type { NewEvent } from "../../lib/capture/event";
import { makeEvent } from "./make-event";

/** Views of one visitor from noon (UTC) of a day on, ten seconds apart. */
export function someViews(date: string, count: number, visitor = "v"): NewEvent[] {
  return Array.from({ length: count }, (_, index) =>
    makeEvent({ at: new Date(Date.parse(`${date}T12:00:00Z`) + index * 10_000), visitor }),
  );
}
