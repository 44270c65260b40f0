import { z } from "zod";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { addDays } from "../metrics/calendar";
import { readDataSpan } from "../store/read-data-span";
import type { DateSpan } from "../store/verify";

const Span = z
  .object({ from: z.iso.date().optional(), to: z.iso.date().optional() })
  .refine(({ from, to }) => !from === !to, "--from and --to belong together")
  .refine(({ from, to }) => !from || !to || from <= to, "--from must not be after --to");

/** The span that `--from` and `--to` name, both included; undefined without them. Throws an AppError `invalid` that names what is wrong. */
export function parseSpan(options: { from?: string; to?: string }): DateSpan | undefined {
  const parsed = Span.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = issue?.path[0];
    throw new AppError("invalid", name ? `--${String(name)} must be a date such as 2026-11-21.` : `${issue?.message}.`);
  }
  const { from, to } = parsed.data;
  return from && to ? { from, to } : undefined;
}

/** What of that span numbers can depend on: dates with data, two days around them for the time zone, and the week after, in whose weeks they are. */
export async function clipSpan(db: Db, siteId: number, span: DateSpan): Promise<DateSpan | undefined> {
  const data = await readDataSpan(db, siteId);
  if (!data) return undefined;
  const [first, last] = [addDays(data.from, -2), addDays(data.to, 2 + 6)];
  // A span that ends before all data, or begins after it, becomes one empty day at that end.
  if (span.to < first) return { from: first, to: first };
  if (span.from > last) return { from: span.from, to: span.from };
  const [from = first] = [span.from, first].sort().reverse();
  const [to = last] = [span.to, last].sort();
  return { from, to };
}
