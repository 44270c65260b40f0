import { readSite } from "../store/read-site";
import { verify } from "../store/verify";
import { runCommand } from "./command";
import { clipSpan, parseSpan } from "./date-span";
import { startProgressBar } from "./progress-bar";
import { withDatabase } from "./with-database";

const PRINTED = 100;

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
        if (result.different === 0) return;
        process.stdout.write(`npm run rebuild${site.slug === "demo" ? "" : ` -- --site ${site.slug}`} counts them anew.\n`);
        process.exitCode = 1;
      });
    });
});
