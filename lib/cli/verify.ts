import { z } from "zod";
import { AppError } from "../app-error";
import type { Db } from "../db/client";
import { addDays } from "../metrics/calendar";
import { readDataSpan } from "../store/read-data-span";
import { readSite } from "../store/read-site";
import { type DateSpan, verify } from "../store/verify";
import { runCommand } from "./command";
import { startProgressBar } from "./progress-bar";
import { withDatabase } from "./with-database";

const PRINTED = 100;

const Span = z
  .object({ from: z.iso.date().optional(), to: z.iso.date().optional() })
  .refine(({ from, to }) => !from === !to, "--from and --to belong together")
  .refine(({ from, to }) => !from || !to || from <= to, "--from must not be after --to");

function parseSpan(options: { from?: string; to?: string }): DateSpan | undefined {
  const parsed = Span.safeParse(options);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = issue?.path[0];
    throw new AppError("invalid", name ? `--${String(name)} must be a date such as 2026-11-21.` : `${issue?.message}.`);
  }
  const { from, to } = parsed.data;
  return from && to ? { from, to } : undefined;
}

/** What of that span can differ at all: dates with data, two days around them for the time zone, and the week after, in whose weeks they are. */
async function clipSpan(db: Db, siteId: number, span: DateSpan): Promise<DateSpan | undefined> {
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

await runCommand("verify", "Recomputes every number from the raw events, compares, and lists every difference.", (command) => {
  command
    .option("--site <SLUG>", "which site", "demo")
    .option("--from <DATE>", "first local date (default: all there is)")
    .option("--to <DATE>", "last local date")
    .action(async (options: { site: string; from?: string; to?: string }) => {
      const span = parseSpan(options);
      await withDatabase(async (db) => {
        const site = await readSite(db, options.site);
        const bar = startProgressBar("  {bar} {value} of {total} visitors");
        const dates = span && (await clipSpan(db, site.id, span));
        const result = await verify(db, site, dates, { onProgress: bar.update }).finally(bar.stop);
        const printed = result.differences.slice(0, PRINTED);
        for (const { where, expected, actual } of printed) process.stdout.write(`${where}: stored ${actual}, by the events ${expected}\n`);
        const more = result.different - printed.length;
        if (more > 0) process.stdout.write(`… and ${more.toLocaleString("en-US")} more\n`);
        const verdict = result.different === 0 ? "no difference" : `${result.different.toLocaleString("en-US")} differ`;
        process.stdout.write(`${result.checked.toLocaleString("en-US")} numbers and sessions of ${site.slug} compared: ${verdict}.\n`);
        if (result.different > 0) process.exitCode = 1;
      });
    });
});
