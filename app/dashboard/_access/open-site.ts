import { AppError } from "@/lib/app-error";
import { db } from "@/lib/db/client";
import { pageNotFound } from "@/lib/http/page-not-found";
import { readSite, type Site } from "@/lib/store/read-site";

/** The site an address names; one that is not there is a page that is not there. */
export async function openSite(slug: string): Promise<Site> {
  try {
    return await readSite(db(), slug);
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return pageNotFound();
    throw error;
  }
}
