import { readSite } from "../store/read-site";
import { rebuild } from "../store/rebuild";
import { runCommand } from "./command";
import { clipSpan, parseSpan } from "./date-span";
import { withDatabase } from "./with-database";

await runCommand("rebuild", "Counts sessions, people and every number anew from the raw events, and stores them.", (command) => {
  command
    .option("--site <SLUG>", "which site", "demo")
    .option("--from <DATE>", "first local date (default: all there is)")
    .option("--to <DATE>", "last local date")
    .addHelpText(
      "after",
      "\nOf a span, everybody who was there is counted anew, with all they ever did. The site's new events wait meanwhile; none is lost.",
    )
    .action(async (options: { site: string; from?: string; to?: string }) => {
      const span = parseSpan(options);
      await withDatabase(async (db) => {
        const site = await readSite(db, options.site);
        const dates = span && (await clipSpan(db, site.id, span));
        const started = performance.now();
        await rebuild(db, site, dates ?? "all");
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        const which = dates ? `${dates.from} to ${dates.to}` : "all days";
        process.stdout.write(`${site.slug}, ${which}: counted anew in ${seconds} s. npm run verify compares.\n`);
      });
    });
});
