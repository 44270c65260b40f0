import { NextRequest } from "next/server";
import { errorResponse } from "@/app/api/_http/error-response";
import { requireSameSite } from "@/app/api/_http/same-site";
import { handlers } from "@/lib/auth/auth";

type Handler = (request: NextRequest) => Promise<Response>;

/** NextAuth's own doors. They ask for its token against forged requests too; this refuses one before anything is read. */
const door =
  (handler: Handler): Handler =>
  async (request) => {
    try {
      if (request.method !== "GET") requireSameSite(request);
      return await handler(withoutCallback(request));
    } catch (error) {
      return errorResponse(error);
    }
  };

/** Where to go next is said by our own pages. NextAuth takes an address it cannot read, in the query or its cookie, for a fault of the server. */
function withoutCallback(request: NextRequest): NextRequest {
  const url = new URL(request.url);
  url.searchParams.delete("callbackUrl");
  const clean = new NextRequest(url, request);
  for (const { name } of clean.cookies.getAll()) if (name.endsWith("authjs.callback-url")) clean.cookies.delete(name);
  return clean;
}

export const GET = door(handlers.GET);
export const POST = door(handlers.POST);
