import { errorResponse } from "@/app/api/_http/error-response";
import { AppError } from "@/lib/app-error";

export const dynamic = "force-dynamic";

const refuse = (): Response =>
  errorResponse(
    new AppError(
      "invalid",
      "The address of this request cannot be read: its host is none, or a % in its path is not followed by text in UTF-8.",
    ),
  );

/** Where the server sends requests whose address nothing can read, whatever their method. */
export const GET = refuse;
export const POST = refuse;
export const PUT = refuse;
export const PATCH = refuse;
export const DELETE = refuse;
