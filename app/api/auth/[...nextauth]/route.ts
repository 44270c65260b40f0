import type { NextRequest } from "next/server";
import { errorResponse } from "@/app/api/_http/error-response";
import { requireSameSite } from "@/app/api/_http/same-site";
import { handlers } from "@/lib/auth/auth";

export const GET = handlers.GET;

/** NextAuth's own doors. They ask for its token against forged requests too; this refuses one before anything is read. */
export async function POST(request: NextRequest): Promise<Response> {
  try {
    requireSameSite(request);
  } catch (error) {
    return errorResponse(error);
  }
  return handlers.POST(request);
}
