import type { z } from "zod";
import { AppError } from "@/lib/app-error";

/** Parses the query of a URL. Throws an AppError that names the first field at fault; of a parameter given twice the last one counts. A strict schema refuses what it does not know. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, url: string): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(new URL(url).searchParams));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const field = issue.keys[0] ?? "query";
    throw new AppError("invalid", `${field}: is not known here`, { field });
  }
  const field = String(issue?.path[0] ?? "query");
  throw new AppError("invalid", `${field}: ${issue?.message ?? "is not valid"}`, { field });
}
