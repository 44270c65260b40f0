import { forbidden, redirect } from "next/navigation";
import { cache } from "react";
import { AppError } from "@/lib/app-error";
import { requireRole } from "@/lib/auth/require-role";

type Viewer = Awaited<ReturnType<typeof requireRole>>;

const viewerOrRefusal = cache(async (): Promise<Viewer | "unauthenticated" | "forbidden"> => {
  try {
    return await requireRole("viewer");
  } catch (error) {
    if (error instanceof AppError && (error.code === "unauthenticated" || error.code === "forbidden")) return error.code;
    throw error;
  }
});

/** Who looks, or null for someone who may not; the page beneath says so. */
export async function currentViewer(): Promise<Viewer | null> {
  const found = await viewerOrRefusal();
  return typeof found === "string" ? null : found;
}

/** The first line of every dashboard page. Sends a stranger to sign in and back to `path`; answers 403 to someone who may not look. */
export async function openDashboard(path: string): Promise<Viewer> {
  const found = await viewerOrRefusal();
  if (found === "unauthenticated") redirect(`/login?callbackUrl=${encodeURIComponent(path)}`);
  if (found === "forbidden") forbidden();
  return found;
}
