import { z } from "zod";
import { AppError } from "../app-error";
import { applyRetention } from "../privacy/apply-retention";
import { distrustClock, readClocks } from "../privacy/distrust-clock";
import { readClock } from "../store/read-clock";
import { readSite } from "../store/read-site";
import { DaysToKeep, FILES_TOO_LONG, forgetsFilesInTime, keepsNumbersLongEnough } from "../store/site-settings";
import { runCommand } from "./command";
import { withDatabase } from "./with-database";

type Options = { site: string; events?: string; numbers?: string; files?: string };

const Days = z.coerce.number().pipe(DaysToKeep);

function parseDays(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const parsed = Days.safeParse(given);
  if (!parsed.success) throw new AppError("invalid", `--${name} must be a whole number from 7 to 3650.`);
  return parsed.data;
}

const count = (amount: number, noun: string) => `${amount.toLocaleString("en-US")} ${noun}`;

await runCommand("retain", "Forgets what is older than a site keeps it. The server does so by itself, once an hour.", (command) => {
  command
    .option("--site <SLUG>", "which site", "demo")
    .option("--events <N>", "keep that many days of events besides today (default: the site's setting)")
    .option("--numbers <N>", "the same of the numbers")
    .option("--files <N>", "the same of the nightly files")
    .action(async (options: Options) => {
      const given = {
        eventDays: parseDays("events", options.events),
        numberDays: parseDays("numbers", options.numbers),
        archiveDays: parseDays("files", options.files),
      };
      await withDatabase(async (db) => {
        const site = await readSite(db, options.site);
        const set = site.settings;
        const keep = {
          eventDays: given.eventDays ?? set.eventDays,
          numberDays: given.numberDays ?? set.numberDays,
          archiveDays: given.archiveDays ?? set.archiveDays,
        };
        if (keep.eventDays === null && keep.numberDays === null && keep.archiveDays === null)
          throw new AppError("invalid", `${site.slug} keeps everything: set its days to keep, or say --events N.`);
        if (!keepsNumbersLongEnough(keep))
          throw new AppError("invalid", "Numbers must be kept at least as long as the events they were counted from.");
        if (!forgetsFilesInTime(keep)) throw new AppError("invalid", `--files: ${FILES_TOO_LONG}`);
        const distrust = distrustClock(readClocks(await readClock(db)));
        if (distrust !== null) throw new AppError("conflict", `Nothing is forgotten: ${distrust}.`);
        const { events, months, numbers, files } = await applyRetention(db, site, keep, new Date(), "command line");
        const parts = [count(events, "events"), count(numbers, "sums"), count(files, "files")];
        process.stdout.write(`Forgot ${parts.join(", ")} of ${site.slug}${months > 0 ? `; ${count(months, "months")} as a whole` : ""}.\n`);
      });
    });
});
