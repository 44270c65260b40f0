import { setTimeout as delay } from "node:timers/promises";

/** How long a test may take that must not see the instant. */
const SPAN_MS = 120_000;
const DAY_MS = 86_400_000;

/**
 * Waits until a time of day (UTC, as in `00:00`) has passed when it comes within two minutes: what a test does before it and what it reads after it would
 * belong to two days.
 */
export async function stayClearOf(time: string): Promise<void> {
  const untilMs = (Date.parse(`2000-01-01T${time}:00Z`) - Date.now()) % DAY_MS;
  const waitMs = (untilMs + DAY_MS) % DAY_MS;
  if (waitMs < SPAN_MS) await delay(waitMs + 1_000);
}
