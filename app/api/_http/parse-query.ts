import type { z } from "zod";
import { AppError } from "@/lib/app-error";

/** Parses the query of a URL. Throws an AppError that names the first field at fault; of a parameter given twice the last one counts. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, url: string): z.infer<Schema> {
  const parsed = schema.safeParse(Object.fromEntries(new URL(url).searchParams));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = String(issue?.path[0] ?? "query");
  throw new AppError("invalid", `${field}: ${issue?.message ?? "is not valid"}`, { field });
}
