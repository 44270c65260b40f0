import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whether a request carries that token (`Authorization: Bearer …`), told in the same time whatever it carries. Without a token: never. */
export function isBearer(request: { headers: Headers }, token: string | undefined): boolean {
  if (!token) return false;
  return timingSafeEqual(digest(request.headers.get("authorization") ?? ""), digest(`Bearer ${token}`));
}
