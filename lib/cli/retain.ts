import { z } from "zod";
import { AppError } from "../app-error";
import { applyRetention } from "../privacy/forget";
import { readSite } from "../store/read-site";
import { SiteSettings } from "../store/site-settings";
import { runCommand } from "./command";
import { withDatabase } from "./with-database";

const Days = z.coerce.number().pipe(SiteSettings.shape.retentionDays.unwrap().unwrap());

await runCommand("retain", "Forgets what is older than a site keeps it. The server does so by itself, once an hour.", (command) => {
  command
    .option("--site <SLUG>", "which site", "demo")
    .option("--days <N>", "keep that many days besides today (default: the site's setting)")
    .action(async (options: { site: string; days?: string }) => {
      const given = options.days === undefined ? undefined : Days.safeParse(options.days);
      if (given && !given.success) throw new AppError("invalid", "--days must be a whole number from 7 to 3650.");
      await withDatabase(async (db) => {
        const site = await readSite(db, options.site);
        const days = given?.data ?? site.settings.retentionDays;
        if (days === null) throw new AppError("invalid", `${site.slug} keeps everything: set its retention, or say --days N.`);
        const removed = await applyRetention(db, site, days, new Date(), "command line");
        process.stdout.write(
          removed
            ? `Forgot ${removed.events.toLocaleString("en-US")} events before ${removed.before}.\n`
            : `Nothing of ${site.slug} is older than ${days} days.\n`,
        );
      });
    });
});
