import { z } from "zod";
import { AppError } from "../app-error";
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
        const result = await verify(db, site, span, { onProgress: bar.update }).finally(bar.stop);
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
