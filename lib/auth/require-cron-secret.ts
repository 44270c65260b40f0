import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "../app-error";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Lets only a scheduler pass that knows the secret, sent as `Authorization: Bearer …`. Without a secret nobody passes.
 * Throws AppError `unauthenticated`.
 */
export function requireCronSecret(authorization: string | null, secret: string | undefined): void {
  const given = authorization?.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : "";
  // Digests have one length, so the comparison tells nothing of the secret's.
  if (!secret || !timingSafeEqual(digest(given), digest(secret)))
    throw new AppError("unauthenticated", "This is for the scheduler: send Authorization: Bearer with the CRON_SECRET of this server.");
}
